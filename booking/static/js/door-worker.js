// Keeps a door's page, what it is made of and what it was told last, for when there is no network.
// Its reach is /door/ alone; a page that was revoked is thrown away.

const SHELF = "door";
const PATIENCE = 6_000;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  if (event.request.method === "GET") event.respondWith(answer(event.request));
});

async function answer(request) {
  const shelf = await caches.open(SHELF);
  const path = new URL(request.url).pathname;
  if (path.startsWith("/static/")) {
    const file = await shelf.match(request, { ignoreVary: true });
    return file ?? asked(shelf, request);
  }
  try {
    const fresh = await asked(shelf, request);
    if (fresh.status < 500) return fresh;
    return (await kept(shelf, path)) ?? fresh;
  } catch {
    return (await kept(shelf, path)) ?? Response.error();
  }
}

async function asked(shelf, request) {
  const fresh = await fetch(request, { signal: AbortSignal.timeout(PATIENCE) });
  if (fresh.ok && !new URL(request.url).pathname.endsWith("/fault")) await shelf.put(request, fresh.clone());
  if (fresh.status === 404) await caches.delete(SHELF);
  return fresh;
}

/** What was kept says so; of a page that was not, the door's own stands in, so that nobody is left at an error. */
async function kept(shelf, path) {
  const own = await shelf.match(path, { ignoreVary: true });
  const found = own ?? (await shelf.match(path.split("/").slice(0, 3).join("/"), { ignoreVary: true }));
  if (!found) return undefined;
  const headers = new Headers(found.headers);
  headers.set("X-Kept", "yes");
  return new Response(await found.blob(), { status: 200, headers });
}
