// An OpenID provider that nobody here wrote: npm `oidc-provider` with ThaiD's scopes (one a claim), ES256, PKCE required.
// The relying-party tests are run against it too: what passes on two independent providers is the protocol.
//
//     npm ci && node provider.mjs --port 9701 --redirect-uri https://…/callback/second --logged-out-uri https://…

import http from 'node:http';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { parse } from 'node:querystring';
import { parseArgs } from 'node:util';
import Provider from 'oidc-provider';

const { values: options } = parseArgs({
  options: {
    port: { type: 'string' },
    'client-secret': { type: 'string' },
    'redirect-uri': { type: 'string' },
    'logged-out-uri': { type: 'string' },
  },
});
const ALGORITHM = 'ES256';
const PASSWORD = 'sandbox-only';
const CITIZENS = {
  sample1: {
    sub: 'second-1', pid: '1999900000013', title: 'นาย', given_name: 'สมมติ', family_name: 'ตัวอย่างหนึ่ง', ial: '2.3',
  },
};
const CLAIMS = ['pid', 'title', 'given_name', 'family_name', 'ial'];
const key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });

const client = (id, method) => ({
  client_id: id,
  client_secret: options['client-secret'],
  redirect_uris: [options['redirect-uri']],
  post_logout_redirect_uris: [options['logged-out-uri']],
  grant_types: ['authorization_code'],
  response_types: ['code'],
  token_endpoint_auth_method: method,
  id_token_signed_response_alg: ALGORITHM,
});

const provider = new Provider(`http://127.0.0.1:${options.port}`, {
  clients: [client('basic', 'client_secret_basic'), client('post', 'client_secret_post')],
  jwks: { keys: [{ ...key, kid: 'second', use: 'sig', alg: ALGORITHM }] },
  scopes: ['openid', ...CLAIMS],
  claims: { openid: ['sub'], ...Object.fromEntries(CLAIMS.map((name) => [name, [name]])) },
  pkce: { required: () => true },
  cookies: { keys: [randomBytes(16).toString('hex')] },
  features: { devInteractions: { enabled: false } },
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  async findAccount(_, id) {
    const citizen = Object.values(CITIZENS).find(({ sub }) => sub === id);
    return citizen && { accountId: id, claims: async () => citizen };
  },
});

async function formOf(request) {
  let body = '';
  for await (const chunk of request) body += chunk;
  return parse(body);
}

async function consented(details) {
  const known = { accountId: details.session.accountId, clientId: details.params.client_id };
  const grant = details.grantId ? await provider.Grant.find(details.grantId) : new provider.Grant(known);
  const missing = details.prompt.details;
  if (missing.missingOIDCScope) grant.addOIDCScope(missing.missingOIDCScope.join(' '));
  if (missing.missingOIDCClaims) grant.addOIDCClaims(missing.missingOIDCClaims);
  return { consent: { grantId: await grant.save() } };
}

async function resultOf(details, form) {
  if (form.decision === 'deny') return { error: 'access_denied', error_description: 'the person does not agree' };
  if (details.prompt.name !== 'login') return consented(details);
  const citizen = form.password === PASSWORD && CITIZENS[form.login];
  return citizen ? { login: { accountId: citizen.sub } } : { error: 'access_denied', error_description: 'wrong password' };
}

async function interact(request, response) {
  const details = await provider.interactionDetails(request, response);
  if (request.method === 'GET') {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    return response.end(`<!doctype html><title>${details.prompt.name}</title><form method="post"></form>`);
  }
  const result = await resultOf(details, await formOf(request));
  return provider.interactionFinished(request, response, result, { mergeWithLastSubmission: true });
}

const answer = provider.callback();
http
  .createServer((request, response) => {
    if (!request.url.startsWith('/interaction/')) return answer(request, response);
    return interact(request, response).catch((error) => {
      console.error(error);
      response.statusCode = 500;
      response.end('error');
    });
  })
  .listen(Number(options.port), '127.0.0.1');
