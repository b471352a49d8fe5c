/* omc-ward-names.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omnicare-gen-ward"

#include "config.h"

#include "omc-ward-private.h"

#define N_GIVEN 6
#define N_FAMILY 8

/* As diverse as the wards that the program is for; every person is invented. */
static const struct
{
  const char *female[N_GIVEN];
  const char *male[N_GIVEN];
  const char *family[N_FAMILY];
} cultures[] = {
  { { "Margaret", "Olive", "Grace", "Hannah", "Edith", "Charlotte" },
    { "George", "Arthur", "Thomas", "Oliver", "Harold", "Benjamin" },
    { "Smith", "Whitfield", "Turner", "Ashworth", "Bell", "Featherstonehaugh", "Clarke",
      "Pemberton" } },
  { { "Siobhán", "Aoife", "Niamh", "Bríd", "Gráinne", "Caoimhe" },
    { "Seán", "Pádraig", "Ciarán", "Tadhg", "Eoin", "Diarmuid" },
    { "O'Brien", "Ní Dhomhnaill", "Murphy", "Mac Giolla Phádraig", "Kelly", "Byrne", "O'Sullivan",
      "Ó Súilleabháin" } },
  { { "Angharad", "Megan", "Rhiannon", "Carys", "Eleri", "Nia" },
    { "Rhys", "Dafydd", "Gethin", "Emyr", "Ieuan", "Llŷr" },
    { "Jones", "Griffiths", "Llewellyn", "ap Rhys", "Davies", "Pugh", "Evans", "Prydderch" } },
  { { "Hildegard", "Ursula", "Käthe", "Jürgine", "Annelies", "Brünhilde" },
    { "Jürgen", "Heinz-Peter", "Günther", "Friedrich", "Uwe", "Karl-Heinz" },
    { "Müller", "Weiß", "Schäfer", "Wolfeschlegelsteinhausenbergerdorff", "Vogel", "von der Heydt",
      "Köhler", "Groß" } },
  { { "Agnieszka", "Małgorzata", "Zofia", "Bożena", "Katarzyna", "Łucja" },
    { "Paweł", "Zbigniew", "Stanisław", "Łukasz", "Krzysztof", "Wojciech" },
    { "Przybylska", "Nowak", "Wiśniewski", "Brzęczyszczykiewicz", "Kowalczyk", "Zając", "Szymańska",
      "Dąbrowski" } },
  { { "Ayşe", "Fatma", "Gülşen", "Zeynep", "Emine", "İpek" },
    { "Mehmet", "Çağlar", "Hüseyin", "İbrahim", "Oğuz", "Şükrü" },
    { "Yılmaz", "Öztürk", "Şahin", "Karaoğlu", "Çelik", "Demir", "Güneş", "Aydın" } },
  { { "Lakshmi", "Priya", "Anjali", "Savitri", "Kamala", "Meenakshi" },
    { "Rajesh", "Arjun", "Venkatesh", "Suresh", "Harpreet", "Balakrishnan" },
    { "Patel", "Iyer", "Venkataramanan", "Singh", "Mukherjee", "Krishnamurthy", "Sharma",
      "Reddy" } },
  { { "Ayesha", "Fatima", "Zainab", "Nusrat", "Shazia", "Rukhsana" },
    { "Muhammad", "Imran", "Tariq", "Asif", "Yusuf", "Bilal" },
    { "Khan", "Hussain", "Malik", "Chaudhry", "Qureshi", "Ahmed", "Siddiqui", "Begum" } },
  { { "Ngozi", "Adaeze", "Folasade", "Chidinma", "Yetunde", "Amara" },
    { "Chukwuemeka", "Olúwaṣẹun", "Babatunde", "Emeka", "Ifeanyi", "Tobechukwu" },
    { "Okonkwo", "Adébáyò", "Eze", "Oyèlárán", "Nwosu", "Ogundimu", "Balogun", "Chukwuma" } },
  { { "Mei-Ling", "Xiùyīng", "Li Hua", "Yuk-Ying", "Jing", "Fang" },
    { "Wei", "Jian-Guo", "Chun-Kit", "Zhìqiáng", "Hao", "Ming" },
    { "Wang", "Li", "Zhang", "Chan", "Ouyang", "Lǚ", "Ng", "Xu" } },
  { { "Thị Hoa", "Thị Lan Anh", "Ngọc Diệp", "Thu Hằng", "Mỹ Linh", "Bích Phượng" },
    { "Văn Hùng", "Minh Đức", "Quốc Bảo", "Hữu Nghĩa", "Đình Phúc", "Trọng Khôi" },
    { "Nguyễn", "Trần", "Phạm", "Huỳnh", "Võ", "Đặng", "Bùi", "Lê" } },
  { { "María", "Concepción", "Begoña", "Inés", "Dolores", "Ángeles" },
    { "José", "Íñigo", "Andrés", "Joaquín", "Martín", "Jesús" },
    { "García", "Muñoz", "Fernández-Villaverde y Gutiérrez de la Concha", "Ibáñez", "Peña", "Núñez",
      "Rodríguez", "Ortiz" } },
  { { "Conceição", "Inês", "Fátima", "Beatriz", "Lurdes", "Assunção" },
    { "João", "Luís", "Gonçalo", "António", "Sebastião", "Estêvão" },
    { "Silva", "Magalhães", "Gonçalves", "Simões", "Araújo", "Brandão", "dos Santos",
      "Conceição" } },
  { { "Eleni", "Despoina", "Vasiliki", "Ourania", "Kalliopi", "Sofia" },
    { "Georgios", "Stavros", "Panagiotis", "Athanasios", "Nikolaos", "Spyridon" },
    { "Papadopoulos", "Konstantinou", "Papachristodoulopoulos", "Nikolaidis", "Vlachos", "Economou",
      "Samaras", "Makris" } },
  { { "Oksana", "Lyudmyla", "Halyna", "Nataliia", "Iryna", "Yevheniia" },
    { "Andrii", "Volodymyr", "Mykola", "Serhii", "Oleksandr", "Bohdan" },
    { "Shevchenko", "Kovalenko", "Bondarenko", "Tkachuk", "Melnyk", "Kravchuk", "Hrytsenko",
      "Lysenko" } },
  { { "Åsa", "Märta", "Ingegärd", "Linnéa", "Birgitta", "Ebba" },
    { "Björn", "Göran", "Åke", "Håkan", "Sören", "Lars-Erik" },
    { "Lindström", "Åkesson", "Sjögren", "Nyström", "Öberg", "Bergström", "Hägglund", "Ek" } },
  { { "Erzsébet", "Ildikó", "Piroska", "Zsófia", "Ágnes", "Györgyi" },
    { "László", "György", "Csaba", "Sándor", "Zsolt", "Ernő" },
    { "Szabó", "Nagy", "Kovács", "Őry", "Tóth", "Szűcs", "Horváth", "Székely" } },
  { { "Božena", "Růžena", "Květa", "Ludmila", "Jiřina", "Zdeňka" },
    { "Jiří", "Zdeněk", "Přemysl", "Břetislav", "Ondřej", "Vojtěch" },
    { "Novák", "Dvořáková", "Svoboda", "Černý", "Procházka", "Kučera", "Říha", "Šťastný" } },
  { { "Fadumo", "Hodan", "Khadra", "Ayaan", "Sahra", "Ifrah" },
    { "Abdirahman", "Mahad", "Liban", "Cabdi", "Warsame", "Guled" },
    { "Warsame", "Jama", "Farah", "Abdullahi", "Hirsi", "Nur", "Samatar", "Egal" } },
  { { "Layla", "Noor", "Samira", "Hanan", "Rania", "Umm Kulthum" },
    { "Omar", "Khaled", "Abd al-Rahman", "Yasser", "Salah", "Tarek" },
    { "al-Masri", "Haddad", "el-Sayed", "Khoury", "bin Abdulaziz", "Mansour", "al-Khwarizmi",
      "Nasser" } },
};

static const char *const second_names[] = { "Anne", "Marie", "James", "Lee",
                                            "Rose", "Noor",  "Alex",  "Sam" };

void
omc_ward_pick_name (OmcWardRand *rand, gboolean female, OmcWardName *name)
{
  int culture = omc_ward_rand_int (rand, 0, G_N_ELEMENTS (cultures));
  int given = omc_ward_rand_int (rand, 0, N_GIVEN);

  name->given = female ? cultures[culture].female[given] : cultures[culture].male[given];
  name->family = cultures[culture].family[omc_ward_rand_int (rand, 0, N_FAMILY)];
  name->second = omc_ward_rand_chance (rand, 30)
                     ? second_names[omc_ward_rand_int (rand, 0, G_N_ELEMENTS (second_names))]
                     : NULL;
}

const char *
omc_ward_nurse_display (guint index)
{
  static const char *const names[OMC_WARD_N_NURSES] = {
    "Nora Nightingale", "Tomás Ferreira", "Blessing Achebe", "Katrin Lüders",
    "Ravi Menon",       "Ewa Sikorska",   "Daniel Price",    "Mei Tan",
  };

  return names[index % OMC_WARD_N_NURSES];
}

const char *
omc_ward_doctor_display (guint index)
{
  static const char *const names[OMC_WARD_N_DOCTORS] = { "Dr. Helen Marsh", "Dr. Amir Rahimi",
                                                         "Dr. Inga Solberg" };

  return names[index % OMC_WARD_N_DOCTORS];
}
