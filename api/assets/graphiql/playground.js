// The playground: GraphiQL with the ready examples as tabs, and with the token that `signIn` answers.
//
// What is typed here may hold passwords, so that tabs, history and the token stay in sessionStorage: they
// survive a reload and end with the browser tab. Only the layout and the theme are kept for longer.
(() => {
  "use strict";

  const { React, ReactDOM, GraphiQL } = window;
  const { parse, visit, Kind } = GraphiQL.GraphQL;
  const h = React.createElement;

  const ENDPOINT = new URL("/graphql", location.href);
  const TOKEN = "vitrine:token";
  const ASSET_ID = '"<asset id>"';
  const LASTING = /^graphiql:(theme|.*Flex|visiblePlugin)$/;

  const who = document.getElementById("who");
  const signOutButton = document.getElementById("sign-out");
  const ended = "Your session has ended. Sign in again with the tab “SignIn”.";
  const howToSignIn = "Not signed in. Open the tab “SignIn”, type the password under Variables, and press Run (Ctrl+Enter).";

  // --- storage ---

  const session = {
    area: (key) => (LASTING.test(key) ? localStorage : sessionStorage),
    getItem: (key) => session.area(key).getItem(key),
    setItem: (key, value) => session.area(key).setItem(key, value),
    removeItem: (key) => session.area(key).removeItem(key),
    get length() {
      return ours(sessionStorage).length + ours(localStorage).length;
    },
    clear() {
      for (const area of [sessionStorage, localStorage]) {
        ours(area).forEach((key) => area.removeItem(key));
      }
    },
  };

  function ours(area) {
    return Object.keys(area).filter((key) => key.startsWith("graphiql:"));
  }

  // --- who is signed in ---

  const listeners = new Set();
  let viewer = null;

  function token() {
    return sessionStorage.getItem(TOKEN);
  }

  function setToken(value) {
    if (value) {
      sessionStorage.setItem(TOKEN, value);
    } else {
      sessionStorage.removeItem(TOKEN);
    }
  }

  function show(newViewer, text) {
    viewer = newViewer;
    who.textContent = text;
    signOutButton.hidden = !token();
    listeners.forEach((listener) => listener(viewer));
  }

  // Asks the server whose token this is, and forgets one that has ended.
  async function refresh() {
    const asked = token();
    if (!asked) return show(null, howToSignIn);
    let answer;
    try {
      answer = await ask("{ viewer { email } }");
    } catch {
      return show(null, "The server does not answer. Is it running?");
    }
    if (token() !== asked) return undefined;
    const email = answer.data?.viewer?.email;
    if (email) return show({ email }, `Signed in as ${email}`);
    if (answer.data || isUnauthenticated(answer)) {
      setToken(null);
      return show(null, ended);
    }
    return show(null, "The server cannot say who is signed in now. Try again in a moment.");
  }

  async function ask(query, variables) {
    const headers = { "content-type": "application/json", accept: "application/json" };
    if (token()) headers.authorization = `Bearer ${token()}`;
    const response = await fetch(ENDPOINT, { method: "POST", headers, body: JSON.stringify({ query, variables }) });
    return response.json();
  }

  function isUnauthenticated(answer) {
    return Boolean(answer.errors?.some((error) => error.extensions?.code === "UNAUTHENTICATED"));
  }

  // --- requests ---

  // Where the answer to this request holds a new token, and whether it signs out.
  function sessionFields(body) {
    const found = { signIn: [], signOut: [] };
    let document;
    try {
      document = parse(JSON.parse(body).query);
    } catch {
      return found;
    }
    const key = (field) => (field.alias ?? field.name).value;
    visit(document, {
      Field(field) {
        if (field.name.value === "signOut") found.signOut.push(key(field));
        if (field.name.value !== "signIn") return;
        const parts = field.selectionSet?.selections ?? [];
        const part = parts.find((part) => part.kind === Kind.FIELD && part.name.value === "token");
        found.signIn.push({ field: key(field), token: part && key(part) });
      },
    });
    return found;
  }

  // Stands in for `fetch`: sends our token where the user typed none, and notes what signing in and out answer.
  async function fetchWithToken(url, init) {
    const headers = new Headers(init.headers);
    const fields = sessionFields(init.body);
    const sent = token();
    // An old token must not keep anyone from signing in.
    const ourToken = Boolean(sent) && !headers.has("authorization") && fields.signIn.length === 0;
    if (ourToken) headers.set("authorization", `Bearer ${sent}`);

    const response = await fetch(url, { ...init, headers });
    if (!/\bjson\b/.test(response.headers.get("content-type") ?? "")) {
      // Incremental answers are read by GraphiQL; anything else would only fail there, and say less.
      if (response.headers.get("content-type")?.startsWith("multipart/")) return response;
      const text = (await response.text()).trim();
      const error = new Error(`The server answered ${response.status}${text ? `: ${text}` : ""}`);
      // GraphiQL shows the stack as part of the answer.
      error.stack = undefined;
      throw error;
    }
    const answer = await response.clone().json().catch(() => ({}));
    const newToken = fields.signIn.map(({ field, token }) => answer.data?.[field]?.[token]).find(Boolean);
    if (newToken) {
      setToken(newToken);
      refresh();
    } else if (ourToken && fields.signOut.some((field) => answer.data?.[field])) {
      setToken(null);
      show(null, howToSignIn);
    } else if (ourToken && isUnauthenticated(answer)) {
      refresh();
    }
    return response;
  }

  // --- tabs ---

  async function examples() {
    const response = await fetch("/graphiql/operations.json");
    if (!response.ok) throw new Error(`operations.json: ${response.status}`);
    return (await response.json()).map(({ query, variables }) => ({
      query: query.replace(/^# variables:.*\n/m, "").replace(/^#\n(?!#)/m, ""),
      variables: pretty(variables),
    }));
  }

  function pretty(json) {
    if (!json) return "";
    try {
      return JSON.stringify(JSON.parse(json), null, 2);
    } catch {
      return json;
    }
  }

  // GraphiQL takes the first tab's variables from the storage only.
  function seedFirstTab(tabs) {
    if (session.getItem("graphiql:tabState") || tabs.length === 0) return;
    session.setItem("graphiql:query", tabs[0].query);
    session.setItem("graphiql:variables", tabs[0].variables);
  }

  // Once signed in, puts the id of an asset that may be shared where an example wants one.
  function FillIn() {
    const { activeTabIndex, variableEditor } = GraphiQL.React.useEditorContext({ nonNull: true });
    const [signedIn, setSignedIn] = React.useState(viewer);
    React.useEffect(() => {
      listeners.add(setSignedIn);
      setSignedIn(viewer);
      return () => listeners.delete(setSignedIn);
    }, []);
    React.useEffect(() => {
      if (!signedIn || !variableEditor?.getValue().includes(ASSET_ID)) return undefined;
      let current = true;
      sharedAssetId().then((id) => {
        const text = variableEditor.getValue();
        if (current && id && text.includes(ASSET_ID)) variableEditor.setValue(text.replace(ASSET_ID, JSON.stringify(id)));
      });
      return () => {
        current = false;
      };
    }, [activeTabIndex, signedIn, variableEditor]);
    return null;
  }

  async function sharedAssetId() {
    const query = "{ assets(first: 20) { nodes { id sharing { canShare canCreateDownloadLink } } } }";
    const answer = await ask(query).catch(() => ({}));
    const nodes = answer.data?.assets?.nodes ?? [];
    const able = nodes.filter(({ sharing }) => sharing.canShare);
    return (able.find(({ sharing }) => sharing.canCreateDownloadLink) ?? able[0])?.id;
  }

  // --- the page ---

  signOutButton.addEventListener("click", async () => {
    await ask("mutation { signOut { userErrors { message } } }").catch(() => undefined);
    setToken(null);
    show(null, howToSignIn);
  });

  // GraphiQL may write its tabs until the page is gone, so that they are forgotten only then.
  let restoring = false;
  document.getElementById("restore").addEventListener("click", () => {
    if (!confirm("Close all tabs and open the ready examples again?")) return;
    restoring = true;
    location.reload();
  });
  addEventListener("pagehide", () => {
    if (restoring) ["tabState", "query", "variables", "headers"].forEach((key) => session.removeItem(`graphiql:${key}`));
  });

  async function start() {
    const [tabs] = await Promise.all([
      examples().catch((error) => {
        console.error(error);
        return [];
      }),
      refresh(),
    ]);
    seedFirstTab(tabs);

    const socket = new URL("/graphql/ws", location.href);
    socket.protocol = socket.protocol.replace("http", "ws");
    const fetcher = GraphiQL.createFetcher({
      url: ENDPOINT.href,
      fetch: fetchWithToken,
      subscriptionUrl: socket.href,
      get wsConnectionParams() {
        return token() ? { Authorization: `Bearer ${token()}` } : {};
      },
    });
    const props = {
      fetcher,
      storage: session,
      defaultTabs: tabs.length > 0 ? tabs : undefined,
      defaultQuery: "",
      defaultEditorToolsVisibility: "variables",
      // A header that is typed here is most often a token.
      shouldPersistHeaders: false,
      maxHistoryLength: 50,
    };
    const logo = h(GraphiQL.Logo, null, " ");
    const footer = h(GraphiQL.Footer, null, h(FillIn));
    ReactDOM.createRoot(document.getElementById("playground")).render(h(GraphiQL, props, logo, footer));
  }

  start();
})();
