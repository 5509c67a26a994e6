// Every page: no complaint of the browser, nothing for axe, nothing wider than the window, at two widths and in both schemes.
import { Phone, looks } from "../harness.mjs";

const open = ["/", "/b/mama-nkechi", "/b/mama-nkechi/chat", "/sign-in"];
const signedIn = ["/app", "/app/messages", "/app/orders", "/app/payments", "/app/bookings", "/app/bookings?view=week", "/app/bookings/set-up", "/app/customers", "/app/outreach", "/app/audit", "/app/catalogue", "/app/catalogue/new", "/app/catalogue/import", "/app/answers", "/app/answers?q=what+time+is+check-in%3F", "/app/insights", "/app/insights?days=7", "/app/settings?part=payments", "/app/settings?part=devices", "/app/work-log", "/app/approvals", "/app/phone", "/app/set-up", "/app/settings", "/app/assistants", "/app/assistants/new", "/app/intents", "/app/answers/saved"];
/** Pages of one thing: the list they are linked from, and how their addresses begin. */
const single = [
  ["/app/messages", "/app/messages/"],
  ["/app/orders", "/app/orders/"],
  ["/app/customers", "/app/customers/"],
  ["/app/catalogue", "/app/catalogue/"],
  ["/app/answers", "/app/answers/documents/"],
  ["/app/work-log", "/app/work-log/"],
];

const named = (path, look) => `${path === "/" ? "showcase" : path.slice(1).replace("?", "-").replace("=", "-").replace(/\/[0-9a-f-]{36}/, "-one").replaceAll("/", "-")}-${look.name}`;

async function look(t, page, path, how) {
  const answer = await page.goto(t.url + path);
  if (!answer.ok()) t.problems.push(`${path} answers ${answer.status()}`);
  await page.waitForTimeout(150);
  await t.fits(page, named(path, how));
  await t.axe(page, named(path, how));
  await t.shot(named(path, how), page);
}

export default {
  async "pages for everybody"(t) {
    for (const how of looks) {
      const page = await t.page(how);
      for (const path of open) await look(t, page, path, how);
    }
  },

  async "pages of the dashboard"(t) {
    const phone = await Phone.pick(t);
    await phone.says("Good afternoon, I want 2 large jollof rice please");
    await phone.says("I will pick it up");
    await phone.says("yes, place it");
    await phone.says("I paid");
    for (const how of looks) {
      const page = await t.owner(how);
      const paths = [...signedIn];
      for (const [list, start] of single) {
        await page.goto(t.url + list);
        const links = await page.locator(`main a[href^="${start}"]`).evaluateAll((all) => all.map((a) => a.getAttribute("href")));
        const found = links.find((l) => /[0-9a-f-]{36}/.test(l));
        if (found) paths.push(found);
        else t.problems.push(`${list} links to nothing of its own`);
      }
      for (const path of paths) await look(t, page, path, how);
    }
  },
};
