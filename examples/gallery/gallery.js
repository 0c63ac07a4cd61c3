// A page of your own for a link, on any site: open index.html#<the link's URL>.
const address = location.hash.slice(1);
const url = URL.canParse(address) ? new URL(address) : null;
const token = url?.pathname.split("/").pop();
const element = (id) => document.getElementById(id);
let grant = null;

async function ask(query, variables) {
  const body = JSON.stringify({ query, variables });
  const headers = { "content-type": "application/json" };
  const answer = await (await fetch(`${url.origin}/graphql`, { method: "POST", headers, body })).json();
  if (answer.errors) throw new Error(answer.errors[0].message);
  return answer.data;
}

// Shows a page of the link. With the grant of an earlier answer it is the same visit, and not counted again.
async function show(after) {
  const { sharedLink: link } = await ask(
    `query ($token: String!, $grant: String, $after: String) {
      sharedLink(token: $token, grant: $grant) {
        locked grant name
        preparation { total ready failed }
        archive { url ready }
        assets(first: 60, after: $after) {
          nodes { id title pending thumbnailUrl placeholderUrl downloads { label url } }
          pageInfo { hasNextPage endCursor }
        }
      }
    }`,
    { token, grant, after },
  );
  element("unlock").hidden = !link?.locked;
  if (!link) return say("This link does not exist, or is no longer open.");
  if (link.locked) return say("This link has a password.");
  grant = link.grant;
  element("name").textContent = document.title = link.name;
  if (!after) element("assets").replaceChildren();
  element("assets").append(...link.assets.nodes.map(tile));
  const { hasNextPage, endCursor } = link.assets.pageInfo;
  element("more").hidden = !hasNextPage;
  element("more").onclick = () => show(endCursor).catch(say);
  const archive = Object.assign(element("archive"), { hidden: !link.archive });
  if (link.archive) Object.assign(archive, { href: link.archive.url, textContent: `Download ${link.archive.ready} files` });
  const { total, ready, failed } = link.preparation;
  const waits = ready + failed < total;
  say(waits ? `${ready} of ${total} pictures are ready.` : "");
  // Only the first page is drawn anew, so that nobody loses their place.
  if (waits && !after && !hasNextPage) setTimeout(() => show().catch(say), 3000);
}

function tile({ title, thumbnailUrl, placeholderUrl, downloads }) {
  const item = document.createElement("li");
  const picture = Object.assign(new Image(), { src: thumbnailUrl ?? placeholderUrl, alt: title, loading: "lazy" });
  item.append(picture, Object.assign(document.createElement("div"), { textContent: title }));
  for (const { label, url } of downloads) {
    item.append(Object.assign(document.createElement("a"), { href: url, textContent: label }), " ");
  }
  return item;
}

element("unlock").onsubmit = async (event) => {
  event.preventDefault();
  const password = new FormData(event.target).get("password");
  const { unlockSharedLink: unlocked } = await ask(
    `mutation ($token: String!, $password: String!) {
      unlockSharedLink(token: $token, password: $password) { grant userErrors { message } }
    }`,
    { token, password },
  ).catch((error) => ({ unlockSharedLink: { userErrors: [error] } }));
  if (unlocked.userErrors.length) return say(unlocked.userErrors[0].message);
  grant = unlocked.grant;
  show().catch(say);
};

function say(text) {
  element("state").textContent = text.message ?? text;
}

if (url) show().catch(say);
else say("Add # and the URL of a public link to the address of this page.");
