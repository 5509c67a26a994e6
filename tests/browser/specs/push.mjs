// "Tell me on this phone" in a real browser: the button shows itself, hands the address over, and the worker shows what is pushed. Only the
// browser's maker is pretended: its service cannot be asked here.
import { looks, same, until } from "../harness.mjs";

/** What a browser gives for a subscription; the keys are real. */
function pretendMaker() {
  const bytes = (t) => Uint8Array.from(atob(t.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0)).buffer;
  const keys = {
    p256dh: bytes("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"),
    auth: bytes("BTBZMqHH6r4Tts7J_aSIgg"),
  };
  const made = (options) => ({ endpoint: "https://push.example.com/send/abc", options, getKey: (name) => keys[name], unsubscribe });
  const unsubscribe = async () => { sessionStorage.removeItem("subscribed"); return true; };
  const known = () => sessionStorage.getItem("subscribed");
  PushManager.prototype.subscribe = async (options) => {
    if (new Uint8Array(options.applicationServerKey).length !== 65) throw new Error("no key");
    sessionStorage.setItem("subscribed", "yes");
    return made(options);
  };
  PushManager.prototype.getSubscription = async () => (known() ? made({}) : null);
  Notification.requestPermission = async () => "granted";
}

export default {
  async "a phone is connected, shows what is pushed, and is forgotten"(t) {
    const page = await t.owner(looks[0]);
    await page.context().addInitScript(pretendMaker);
    await page.goto(`${t.url}/app/approvals`);
    const button = page.locator("[data-tell]");
    await button.waitFor();
    await t.fits(page, "approvals with the button");
    await t.axe(page, "approvals with the button");
    await button.click();
    await page.getByText("This phone is told from now on.").waitFor();
    const row = page.locator("[data-device]");
    await row.getByText("this one").waitFor();
    same(await row.count(), 1, "phones listed");
    same(await button.isVisible(), false, "the button of a phone that is told already");
    await page.goto(`${t.url}/app/settings?part=devices`);
    await row.getByText("this one").waitFor();
    await t.fits(page, "settings with the phone");
    await t.axe(page, "settings with the phone");

    // What is pushed is shown, by the worker, as it came.
    const cdp = await page.context().newCDPSession(page);
    const registrations = [];
    cdp.on("ServiceWorker.workerRegistrationUpdated", (e) => registrations.push(...e.registrations));
    await cdp.send("ServiceWorker.enable");
    await until("the worker", async () => registrations.length > 0);
    await page.context().grantPermissions(["notifications"], { origin: t.url });
    const data = JSON.stringify({ title: "To decide: Pay for eggs?", body: "Vendor: Adaeze", url: "/app/approvals", tag: "approval:1" });
    await cdp.send("ServiceWorker.deliverPushMessage", { origin: t.url, registrationId: registrations[0].registrationId, data });
    const shown = await until("the line", async () =>
      page.evaluate(async () => {
        const worker = await navigator.serviceWorker.getRegistration("/");
        const all = await worker.getNotifications();
        return all.length ? all.map((n) => [n.title, n.body, n.tag, n.data.url].join("|")) : null;
      }),
    );
    same(shown.join(), "To decide: Pay for eggs?|Vendor: Adaeze|approval:1|/app/approvals", "what the phone shows");

    await row.getByRole("button", { name: /Forget/ }).click();
    await page.getByText("That phone is told nothing any more.").waitFor();
    same(await row.count(), 0, "phones listed after forgetting");
    await button.waitFor();

    // The browser still has its address; whoever signs out is told nothing more.
    same(await page.evaluate(() => sessionStorage.getItem("subscribed")), "yes", "the address before signing out");
    await page.evaluate(() => document.querySelector('form[action="/sign-out"]').requestSubmit());
    await page.waitForURL(/sign-in/);
    same(await page.evaluate(() => sessionStorage.getItem("subscribed")), null, "the address after signing out");
  },
};
