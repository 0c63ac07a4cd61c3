// A link in Arabic, which is read from right to left, and the switch to other languages.

import assert from "node:assert/strict";
import { facts, inEachView } from "./lib.mjs";

const { pathname } = new URL(facts.link);

await inEachView(async ({ page, check, scripts, isPhone }) => {
  await page.goto(`${pathname}?lang=ar`);
  assert.equal(new URL(page.url()).search, "", "the address does not name the language");
  assert.equal(await page.evaluate(() => document.dir), "rtl");
  await page.getByRole("heading", { name: "كلمة المرور مطلوبة" }).waitFor();
  await page.getByLabel("كلمة المرور").fill("wrong");
  await page.getByRole("button", { name: "فتح" }).click();
  await page.getByText("كلمة المرور غير صحيحة").waitFor();
  await check("arabic-locked");
  await page.getByLabel("كلمة المرور").fill(facts.linkPassword);
  await page.getByRole("button", { name: "فتح" }).click();
  await page.getByText("25 عنصرًا").waitFor();
  await page.getByText("متاح حتى 1 مايو 2099").waitFor();
  await page.getByText("بقيت 3 تنزيلات").waitFor();

  // The first picture of a row is at the right.
  const tiles = page.locator(".tile-link");
  const [first, second] = await Promise.all([0, 1].map((index) => tiles.nth(index).boundingBox()));
  if (first.y === second.y) assert.ok(first.x > second.x, "the second picture is left of the first");
  assert.match(await tiles.first().getAttribute("aria-label"), /، 1 من 25$/);
  await check("arabic-gallery");

  if (scripts) {
    await page.locator("html.with-script").waitFor();
    await tiles.first().focus();
    await page.keyboard.press("ArrowLeft");
    assert.match(await page.evaluate(() => document.activeElement.getAttribute("aria-label")), /، 2 من 25$/, "left is on");
    await page.keyboard.press("Enter");
    const viewer = page.getByRole("dialog");
    await viewer.getByText("2 / 25").waitFor();
    await page.keyboard.press("ArrowLeft");
    await viewer.getByText("3 / 25").waitFor();
    await page.keyboard.press("ArrowRight");
    await viewer.getByText("2 / 25").waitFor();
    // The next one is at the left side.
    const [next, previous] = await Promise.all([".viewer-side-next", ".viewer-side-previous"].map((side) => viewer.locator(side).boundingBox()));
    if (!isPhone) assert.ok(next.x < previous.x, "the button to the next one is at the left");
    await viewer.getByRole("button", { name: "التفاصيل", exact: true }).click();
    await viewer.getByText("الأصل").waitFor();
    await check("arabic-viewer");
    await viewer.getByRole("button", { name: "إغلاق" }).click();
    await viewer.waitFor({ state: "hidden" });
    await page.getByRole("button", { name: "تحديد", exact: true }).click();
    await page.getByText("لم يُحدد شيء").waitFor();
    await tiles.nth(2).click();
    await page.getByText(/المحدد: 1/).waitFor();
    await check("arabic-selection");
    await page.getByRole("button", { name: "إلغاء" }).click();
  } else {
    await tiles.nth(1).click();
    await page.getByText("2 من 25").waitFor();
    await page.getByText("الأصل").waitFor();
    await check("arabic-picture");
    await page.getByRole("link", { name: "عرض الكل" }).click();
  }

  // The switch keeps the place, and holds for every link.
  await page.goto(`${pathname}?search=Harbour&sort=name`);
  await page.getByRole("navigation", { name: "اللغة" }).getByRole("link", { name: "Deutsch" }).click();
  await page.getByText("25 Elemente gefunden.").waitFor();
  assert.equal(new URL(page.url()).search, "?search=Harbour&sort=name");
  assert.equal(await page.evaluate(() => document.documentElement.lang), "de");
  await check("german-search");
  await page.goto("/s/0000000000000000000000");
  await page.getByRole("heading", { name: "Hier ist nichts" }).waitFor();
  await check("german-nothing");
});
