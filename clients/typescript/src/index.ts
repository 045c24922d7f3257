/**
 * RevCart's HTTP interface, typed. The types in `schema.ts` are generated from the OpenAPI document (`npm run generate`), the
 * requests are made by openapi-fetch: paths, parameters, bodies and answers are checked by the compiler.
 */
import createClient, { type Client, type Middleware } from "openapi-fetch";
import type { components, paths } from "./schema.ts";

export type { components, operations, paths } from "./schema.ts";

/** A problem (RFC 9457), as every error is answered. */
export type Problem = components["schemas"]["ProblemBody"];

/** Where RevCart is, and who asks. */
export interface Options {
  /** For example `http://127.0.0.1:8080`. */
  baseUrl: string;
  /** Gives the access token, or a guest's order token, at each request; none for visitors. */
  token?: () => string | undefined;
  /** Takes the place of the global `fetch`. */
  fetch?: typeof globalThis.fetch;
}

/** A client: `client.GET("/api/products", { params: { query: { limit: 10 } } })`. */
export function revcart(options: Options): Client<paths> {
  const client = createClient<paths>({
    baseUrl: options.baseUrl,
    ...(options.fetch === undefined ? {} : { fetch: options.fetch }),
  });
  const authorize: Middleware = {
    onRequest({ request }) {
      const token = options.token?.();
      if (token !== undefined) {
        request.headers.set("Authorization", `Bearer ${token}`);
      }
      return request;
    },
  };
  client.use(authorize);
  return client;
}
