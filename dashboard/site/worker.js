// Keeps what the reader has seen for times without a network; an installed copy keeps everything. The network comes first:
// nothing old is shown while it answers. The export writes VERSION (of all files together) and FILES above these lines.
const SCOPE = self.registration.scope;
const ours = (name) => name.startsWith(`amostra ${SCOPE} `);
const NAME = `amostra ${SCOPE} ${VERSION}`;
const known = new Set(FILES.map((file) => new URL(file, SCOPE).href));

function file(address) {
  const plain = address.split(/[?#]/)[0];
  return plain.endsWith("/") ? `${plain}index.html` : plain;
}

async function keep(addresses) {
  const wanted = new Set(addresses.map(file).filter((address) => known.has(address)));
  const cache = await caches.open(NAME);
  for (const { url } of await cache.keys()) wanted.delete(url);
  await cache.addAll([...wanted].map((address) => new Request(address, { cache: "no-cache" })));
}

// What an earlier version kept is kept of this one, too.
async function inherit() {
  const kept = [];
  for (const name of (await caches.keys()).filter(ours)) {
    for (const request of await (await caches.open(name)).keys()) kept.push(request.url);
  }
  await keep(kept);
  await self.skipWaiting();
}

async function settle() {
  for (const name of await caches.keys()) if (ours(name) && name !== NAME) await caches.delete(name);
  await self.clients.claim();
}

async function answer(request) {
  const cache = await caches.open(NAME);
  try {
    const fresh = await fetch(request);
    if (fresh.status === 200 && !fresh.redirected) await cache.put(file(request.url), fresh.clone());
    return fresh;
  } catch (error) {
    const kept = await cache.match(file(request.url));
    if (kept) return kept;
    throw error;
  }
}

self.addEventListener("install", (event) => event.waitUntil(inherit()));
self.addEventListener("activate", (event) => event.waitUntil(settle()));
self.addEventListener("message", (event) => event.waitUntil(keep(event.data === "all" ? [...known] : event.data)));
self.addEventListener("fetch", (event) => {
  if (event.request.method === "GET" && known.has(file(event.request.url))) event.respondWith(answer(event.request));
});
