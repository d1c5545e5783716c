// Shows pushes while no page is open, and opens what they are about.

self.addEventListener("push", (event) => {
  const told = event.data ? event.data.json() : { title: "", path: "/inbox" };
  const options = { data: told.path, tag: told.path, icon: "/favicon.ico" };
  event.waitUntil(self.registration.showNotification(told.title, options));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(show(new URL(event.notification.data, self.location.origin)));
});

async function show(address) {
  const windows = await self.clients.matchAll({ type: "window" });
  const open = windows.find((one) => one.url === address.href);
  return open ? open.focus() : self.clients.openWindow(address.href);
}
