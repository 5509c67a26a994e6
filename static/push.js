// "Tell me on this phone": asks the browser for an address at which it can be told something, and hands it to Steward.
(() => {
  'use strict';
  const can = window.isSecureContext && 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window;
  const one = (s, from = document) => from.querySelector(s);
  const all = (s) => [...document.querySelectorAll(s)];
  const text = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
  const bytes = (t) => Uint8Array.from(atob(t.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
  const mark = async (address) => {
    const sum = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(address));
    return [...new Uint8Array(sum)].map((b) => b.toString(16).padStart(2, '0')).join('');
  };

  // Shows the button where it can work, and says which row is this device.
  const show = async () => {
    const form = one('[data-tell-me]');
    if (!form) return;
    if (!can) { one('[data-tell-not]').hidden = false; return; }
    const worker = await navigator.serviceWorker.getRegistration('/');
    const known = await worker?.pushManager.getSubscription();
    const own = known ? await mark(known.endpoint) : '';
    const row = all('[data-device]').find((r) => r.dataset.device === own);
    if (row) one('[data-this]', row).hidden = false;
    form.hidden = !!row;
  };

  // The page has the words, in its language.
  const say = (what) => ['denied', 'failed'].forEach((w) => { one(`[data-tell-${w}]`).hidden = w !== what; });

  const tell = async (form) => {
    if (await Notification.requestPermission() !== 'granted') return say('denied');
    const worker = await navigator.serviceWorker.register('/sw.js');
    await navigator.serviceWorker.ready;
    const answer = await fetch('/app/devices/key', { method: 'POST' });
    if (!answer.ok) throw new Error('no key');
    const key = await answer.text();
    let address = await worker.pushManager.getSubscription();
    const made = address?.options?.applicationServerKey;
    // One that was made for another server's key hears nothing from us.
    if (made && text(made) !== key) { await address.unsubscribe(); address = null; }
    address ??= await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) });
    form.elements.endpoint.value = address.endpoint;
    form.elements.p256dh.value = text(address.getKey('p256dh'));
    form.elements.auth.value = text(address.getKey('auth'));
    form.submit();
  };

  document.addEventListener('click', (e) => {
    const button = e.target.closest?.('[data-tell]');
    if (!button) return;
    button.disabled = true;
    say('');
    tell(button.form)
      .catch(() => say('failed'))
      .finally(() => { button.disabled = false; });
  });
  document.addEventListener('htmx:after:swap', show);
  show();
})();
