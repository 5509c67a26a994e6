// Shows that something waits, and opens its page when it is tapped. It keeps nothing and touches no request.
self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (e) => e.waitUntil(self.clients.claim()));

self.addEventListener('push', (e) => {
  let said = {};
  try { said = e.data.json(); } catch { /* shown without words */ }
  const options = { body: said.body ?? '', tag: said.tag, icon: '/static/favicon.svg', data: { url: said.url } };
  e.waitUntil(self.registration.showNotification(said.title || 'Something waits in Steward', options));
});

self.addEventListener('notificationclick', (e) => {
  e.notification.close();
  let page = new URL(e.notification.data?.url || '/app', self.location.origin);
  // Only ever a page of ours.
  if (page.origin !== self.location.origin) page = new URL('/app', self.location.origin);
  e.waitUntil((async () => {
    const windows = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
    const open = windows.find((w) => new URL(w.url).pathname.startsWith('/app'));
    if (!open) return self.clients.openWindow(page.href);
    const there = await open.focus();
    return there.navigate(page.href).catch(() => self.clients.openWindow(page.href));
  })());
});
