// Drives a fulfillment order through submit, accept and close with a client that nobody here wrote.
//
//   node lifecycle.mjs CLIENT <<< '{"url", "version", "tokens": {"merchant", "service"}, "fulfillmentOrder"}'
//
// The clients insist on https://SHOP.myshopify.com: the hook that each offers sends what they ask to the URL given.
// Writes {"states": [status/request_status after each step], "refusal": what the client says of a second close}.

import { readFileSync } from "node:fs";

const { url, version, tokens, fulfillmentOrder: id } = JSON.parse(readFileSync(0, "utf-8"));
const storeDomain = "sandbox.myshopify.com";
const messages = { submit: "Please.", accept: "We will.", close: "Not enough inventory." };

function here(asked) {
  const { hostname, pathname, search } = new URL(asked);
  if (hostname !== storeDomain) throw new Error(`asked of ${hostname}, expected ${storeDomain}`);
  return new URL(pathname + search, url);
}

const customFetchApi = (asked, options) => fetch(here(asked), options);

function quiet() {} // versions that the client does not know yet are logged otherwise

async function overGraphql() {
  const { createAdminApiClient } = await import("@shopify/admin-api-client");
  const app = (actor) =>
    createAdminApiClient({ storeDomain, apiVersion: version, accessToken: tokens[actor], customFetchApi, logger: quiet });
  const gid = `gid://shopify/FulfillmentOrder/${id}`;

  async function act(actor, mutation, payload, operation) {
    const document = `mutation Act($id: ID!, $message: String) {
      ${mutation}(id: $id, message: $message) { ${payload} { id status requestStatus } userErrors { field message } }
    }`;
    const variables = { id: gid, message: messages[operation] };
    const { data, errors } = await app(actor).request(document, { variables });
    if (errors) throw new Error(JSON.stringify(errors));
    return data[mutation];
  }

  async function state() {
    const document = "query Look($id: ID!) { fulfillmentOrder(id: $id) { status requestStatus } }";
    const { data, errors } = await app("merchant").request(document, { variables: { id: gid } });
    if (errors) throw new Error(JSON.stringify(errors));
    return `${data.fulfillmentOrder.status}/${data.fulfillmentOrder.requestStatus}`.toLowerCase();
  }

  const close = () => act("service", "fulfillmentOrderClose", "fulfillmentOrder", "close");
  return {
    state,
    submit: () => act("merchant", "fulfillmentOrderSubmitFulfillmentRequest", "submittedFulfillmentOrder", "submit"),
    accept: () => act("service", "fulfillmentOrderAcceptFulfillmentRequest", "fulfillmentOrder", "accept"),
    close,
    refusal: async () => (await close()).userErrors.map((error) => error.message).join(" "),
  };
}

async function overRest() {
  const { createAdminRestApiClient } = await import("@shopify/admin-api-client");
  const app = (actor) =>
    createAdminRestApiClient({ storeDomain, apiVersion: version, accessToken: tokens[actor], customFetchApi, logger: quiet });

  async function act(actor, path, data) {
    const response = await app(actor).post(`fulfillment_orders/${id}/${path}`, { data });
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
    return response.json();
  }

  const close = () => act("service", "close", { fulfillment_order: { message: messages.close } });
  return {
    state: async () => {
      const response = await app("merchant").get(`fulfillment_orders/${id}`);
      const { fulfillment_order: seen } = await response.json();
      return `${seen.status}/${seen.request_status}`;
    },
    submit: () => act("merchant", "fulfillment_request", { fulfillment_request: { message: messages.submit } }),
    accept: () => act("service", "fulfillment_request/accept", { fulfillment_request: { message: messages.accept } }),
    close,
    refusal: () => close().then(() => "", (error) => error.message),
  };
}

async function overShopifyApiNode() {
  const { default: Shopify } = await import("shopify-api-node");
  const redirected = (options) => {
    const { protocol, hostname, port } = (options.url = here(options.url));
    Object.assign(options, { protocol, hostname, port }); // what it gave apart from the URL wins over that
  };
  const app = (actor) =>
    new Shopify({
      shopName: storeDomain,
      accessToken: tokens[actor],
      apiVersion: version,
      hooks: { beforeRequest: [redirected] },
    });
  const close = () => app("service").fulfillmentOrder.close(id, messages.close);
  return {
    state: async () => {
      const seen = await app("merchant").fulfillmentOrder.get(id);
      return `${seen.status}/${seen.request_status}`;
    },
    submit: () => app("merchant").fulfillmentRequest.create(id, { message: messages.submit }),
    accept: () => app("service").fulfillmentRequest.accept(id, messages.accept),
    close,
    refusal: () => close().then(() => "", (error) => `${error.response.statusCode} ${JSON.stringify(error.response.body)}`),
  };
}

const clients = {
  "admin-api-client-graphql": overGraphql,
  "admin-api-client-rest": overRest,
  "shopify-api-node": overShopifyApiNode,
};
const client = await clients[process.argv[2]]();
const states = [await client.state()];
for (const operation of ["submit", "accept", "close"]) {
  await client[operation]();
  states.push(await client.state());
}
console.log(JSON.stringify({ states, refusal: await client.refusal() }));
