// Opens pages as readers do, and prints what is wrong with each: axe-core's findings, requests, sideways scrolling, errors.
//   node browser.mjs CHROMIUM PAGE...
import { chromium } from "playwright-core";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [executablePath, ...pages] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const browser = await chromium.launch({
  executablePath,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
const readers = [
  { name: "laptop", viewport: { width: 1280, height: 900 } },
  { name: "dark", viewport: { width: 1280, height: 900 }, colorScheme: "dark" },
  { name: "phone", viewport: { width: 390, height: 844 } },
  { name: "dark phone", viewport: { width: 390, height: 844 }, colorScheme: "dark" },
  { name: "without script", viewport: { width: 1280, height: 900 }, javaScriptEnabled: false },
];
const problems = [];
for (const file of pages) {
  for (const { name, ...options } of readers) {
    // axe is put into the page, which its policy would forbid; what it forbids to others is looked at without that.
    const context = await browser.newContext({ ...options, bypassCSP: options.javaScriptEnabled !== false });
    const page = await context.newPage();
    const say = (what) => problems.push(`${file}, ${name}: ${what}`);
    page.on("pageerror", (error) => say(`script error: ${error.message}`));
    page.on("request", (request) => { if (!request.url().startsWith("file:")) say(`asks for ${request.url()}`); });
    await page.goto(pathToFileURL(file).href);
    if (options.javaScriptEnabled === false) {
      const closed = await page.locator(".requirement > details:not([open])").count();
      if (closed) say(`${closed} failures cannot be seen`);
      if (await page.locator("#tools:visible").count()) say("offers a filter that does nothing");
    } else {
      const expand = page.locator("#expand");
      if (await expand.count() && (await expand.textContent()) === "Open all") await expand.click();
      await page.evaluate(axe);
      const found = await page.evaluate(() => globalThis.axe.run());
      for (const violation of found.violations) say(`${violation.id}: ${violation.help}: ${violation.nodes[0].html.slice(0, 160)}`);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (wide > 0) say(`scrolls sideways by ${wide} pixels`);
      const search = page.locator("#search");
      if (await search.count()) {
        await search.fill("no requirement has these words");
        if (await page.locator(".requirement:visible").count()) say("the search hides nothing");
        await search.fill("");
        if (!(await page.locator(".requirement:visible").count())) say("the search does not give back what it hid");
      }
    }
    await context.close();
  }
  // Its own policy: nothing but its own script runs, and that one does.
  const context = await browser.newContext();
  const page = await context.newPage();
  page.on("console", (message) => { if (message.type() === "error") problems.push(`${file}: ${message.text()}`); });
  await page.goto(pathToFileURL(file).href);
  const tools = page.locator("#tools");
  if (await tools.count() && !(await tools.isVisible())) problems.push(`${file}: its policy stops its own script`);
  // The keyboard is enough: the first stop leads to the failures, and what is closed opens.
  await page.keyboard.press("Tab");
  const skip = await page.evaluate(() => [document.activeElement.className, document.activeElement.getAttribute("href")]);
  if (skip[0] !== "skip" || !(await page.locator(skip[1].replaceAll(".", "\\.")).count())) problems.push(`${file}: the first stop of the keyboard is ${skip}`);
  await page.keyboard.press("Enter");
  if (new URL(page.url()).hash !== skip[1]) problems.push(`${file}: the first stop leads nowhere`);
  const closed = page.locator("main > section > details:not([open]) > summary").first();
  if (await closed.count()) {
    await closed.focus();
    const before = await page.locator("details[open]").count();
    await page.keyboard.press("Enter");
    if (await page.locator("details[open]").count() !== before + 1) problems.push(`${file}: Enter does not open what is closed`);
  }
  // On paper every failure can be read, and nothing is there to be clicked.
  await page.emulateMedia({ media: "print" });
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  if (await page.locator(".requirement > details:not([open])").count()) problems.push(`${file}: a failure is not printed`);
  if (await page.locator("#tools:visible, nav:visible, button:visible").count()) problems.push(`${file}: controls are printed`);
  await page.setViewportSize({ width: 700, height: 1000 }); // A4 between its margins
  const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  if (over > 0) problems.push(`${file}: is ${over} pixels wider than a sheet`);
  await context.close();
}
await browser.close();
console.log(problems.join("\n"));
process.exit(problems.length ? 1 : 0);
