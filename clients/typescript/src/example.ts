/**
 * From an account to a confirmed order: `node dist/example.js http://127.0.0.1:8080`.
 */
import { revcart } from "./index.ts";

declare const process: { argv: string[]; exitCode: number | undefined };

/** What a request was answered with, or an error with the problem's code. */
function answered<T>(what: string, result: { data?: T; error?: unknown }): T {
  if (result.data === undefined) {
    throw new Error(`${what}: ${JSON.stringify(result.error)}`);
  }
  return result.data;
}

async function order(baseUrl: string): Promise<string> {
  let token: string | undefined;
  const client = revcart({ baseUrl, token: () => token });
  const account = { email: `ts.${crypto.randomUUID()}@example.com`, password: "mango-lassi-42" };

  answered("register", await client.POST("/api/users/register", { body: { ...account, name: "Asha Rao" } }));
  token = answered("log in", await client.POST("/api/users/login", { body: account })).accessToken;

  const found = answered("search", await client.GET("/api/products/search", { params: { query: { q: "assam tea" } } }));
  const product = found.items[0];
  if (product === undefined) {
    throw new Error("the shop sells no tea");
  }
  answered(
    "add to the cart",
    await client.POST("/api/cart/items", { body: { productId: product.productId, quantity: 2 } }),
  );
  const placed = answered(
    "check out",
    await client.POST("/api/orders/checkout", {
      params: { header: { "Idempotency-Key": crypto.randomUUID(), Prefer: "wait=10" } },
      body: {
        paymentMethod: "DUMMY",
        shippingAddress: {
          recipient: "Asha Rao",
          line1: "12 MG Road",
          city: "Bengaluru",
          state: "Karnataka",
          postalCode: "560001",
          country: "IN",
          phone: "+91 98765 43210",
        },
      },
    }),
  );
  return `${placed.orderNumber} ${placed.status}`;
}

order(process.argv[2] ?? "http://127.0.0.1:8080").then(
  (line) => console.log(line),
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
