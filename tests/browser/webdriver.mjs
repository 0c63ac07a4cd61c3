// WebKitGTK's MiniBrowser, driven over the WebDriver protocol (W3C) that its own driver speaks: just what the short list
// of other_browsers.mjs needs.

import { spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:net";

const ELEMENT = "element-6066-11e4-a52e-4f735466cecf";
const KEYS = { Enter: "\uE007", Escape: "\uE00C", ArrowRight: "\uE014", ArrowLeft: "\uE012" };

// A virtual screen, because a window of GTK wants one.
async function screen() {
  const server = spawn("Xvfb", ["-displayfd", "1", "-screen", "0", "1600x1200x24", "-nolisten", "tcp"], { stdio: ["ignore", "pipe", "ignore"] });
  const number = await new Promise((told, failed) => {
    server.once("error", failed);
    server.once("exit", (code) => failed(new Error(`Xvfb ended with ${code}`)));
    server.stdout.once("data", (text) => told(String(text).trim()));
  });
  return { server, display: `:${number}` };
}

// Keeps what goes wrong in a page, from the first step in it on: the driver does not tell what is in the console.
function watch() {
  if (window.isWatched) return;
  window.isWatched = true;
  const keep = (problem) => {
    sessionStorage.problems = JSON.stringify([...JSON.parse(sessionStorage.problems ?? "[]"), String(problem)]);
  };
  addEventListener("error", (event) => keep(event.message ?? `not loaded: ${event.target.src ?? event.target.href}`), true);
  addEventListener("unhandledrejection", (event) => keep(event.reason));
  addEventListener("securitypolicyviolation", (event) => keep(`not allowed: ${event.blockedURI}`));
  const { error } = console;
  console.error = (...told) => {
    keep(told.join(" "));
    error.apply(console, told);
  };
}

async function freePort() {
  const server = createServer();
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address();
  await new Promise((closed) => server.close(closed));
  return port;
}

// Opens MiniBrowser by the driver at `program`, and returns what the steps of a test call.
export async function openWebKit(program, browser) {
  const { server, display } = await screen();
  const port = await freePort();
  const env = { ...process.env, DISPLAY: display, GDK_BACKEND: "x11", NO_AT_BRIDGE: "1", LIBGL_ALWAYS_SOFTWARE: "1" };
  const driver = spawn(program, [`--port=${port}`, "--host=127.0.0.1"], { env });
  let told = "";
  for (const output of [driver.stdout, driver.stderr]) output.on("data", (text) => (told += text));
  const close = () => {
    driver.kill();
    server.kill();
  };

  async function call(method, path, body) {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method, body: body && JSON.stringify(body) });
    const { value } = await answer.json();
    if (!answer.ok) throw new Error(`${method} ${path}: ${value.error}: ${value.message}\n${told.slice(-2000)}`);
    return value;
  }
  const session = await start().catch((error) => {
    close();
    throw error;
  });
  const ask = (method, path, body) => call(method, `/session/${session}${path}`, body);

  // The driver needs a moment until it listens.
  async function start() {
    const capabilities = { alwaysMatch: { "webkitgtk:browserOptions": { binary: browser, args: ["--automation"] } } };
    for (let tries = 0; ; tries += 1) {
      try {
        await call("GET", "/status");
        break;
      } catch (error) {
        if (tries === 100 || driver.exitCode !== null) throw error;
        await new Promise((done) => setTimeout(done, 100));
      }
    }
    return (await call("POST", "/session", { capabilities })).sessionId;
  }

  const find = async (selector) => (await ask("POST", "/element", { using: "css selector", value: selector }))[ELEMENT];
  const run = (step, ...args) => ask("POST", "/execute/sync", { script: `(${watch})(); return (${step}).apply(null, arguments)`, args });
  return {
    goto: (url) => ask("POST", "/url", { url }),
    back: () => ask("POST", "/back", {}),
    url: () => ask("GET", "/url"),
    run,
    click: async (selector) => ask("POST", `/element/${await find(selector)}/click`, {}),
    type: async (selector, text) => ask("POST", `/element/${await find(selector)}/value`, { text }),
    press: (key) => {
      const value = KEYS[key] ?? key;
      const actions = ["keyDown", "keyUp"].map((type) => ({ type, value }));
      return ask("POST", "/actions", { actions: [{ type: "key", id: "keyboard", actions }] });
    },
    wheel: (x, y, deltaY) => {
      const actions = [{ type: "scroll", x, y, deltaX: 0, deltaY, duration: 0 }];
      return ask("POST", "/actions", { actions: [{ type: "wheel", id: "wheel", actions }] });
    },
    resize: (width, height) => ask("POST", "/window/rect", { width, height }),
    picture: async (file) => writeFile(file, Buffer.from(await ask("GET", "/screenshot"), "base64")),
    problems: () => run(() => JSON.parse(sessionStorage.problems ?? "[]")),
    close: async () => {
      await ask("DELETE", "").catch(() => {});
      close();
    },
  };
}
