//! Invitations and forgotten passwords: links by which people choose their passwords.

use crate::jobs::hands::until;
use chrono::TimeDelta;
use jobs::queue::MAX_ATTEMPTS;
use schema::periodic::PeriodicJob;
use serde_json::{Value, json};
use std::time::Duration;
use tests::{ADMIN_EMAIL, ADMIN_PASSWORD, MailServer, Options, Running, start, start_with};

const INVITE: &str = "mutation($input: InviteUserInput!) { inviteUser(input: $input) {
    user { id email name role state } passwordLink { url expiresAt isMailed } userErrors { code field message } } }";
const CREATE: &str = "mutation($id: ID!) { createPasswordLink(userId: $id) {
    user { id } passwordLink { url expiresAt isMailed } userErrors { code field message } } }";
const REQUEST: &str = "mutation($email: String!) { requestPasswordLink(email: $email) {
    retryAfter userErrors { code field message } } }";
const CHOOSE: &str = "mutation($input: ChoosePasswordInput!) { choosePassword(input: $input) {
    email userErrors { code field message } } }";
const NEW: &str = "a password of my own";

fn invitee(name: &str) -> Value {
    json!({ "input": { "email": format!("{name}@example.org"), "name": name, "role": "EDITOR" } })
}

async fn invite(server: &Running, admin: &str, name: &str) -> Value {
    server.data(admin, INVITE, invitee(name)).await["inviteUser"].clone()
}

async fn link(server: &Running, admin: &str, user: &Value) -> String {
    let data = server.data(admin, CREATE, json!({ "id": user })).await;
    assert_eq!(data["createPasswordLink"]["user"]["id"], *user, "{data}");
    data["createPasswordLink"]["passwordLink"]["url"].as_str().unwrap_or_else(|| panic!("{data}")).to_owned()
}

fn choice(url: &str, password: &str) -> Value {
    json!({ "input": { "token": url.rsplit('/').next(), "password": password } })
}

async fn lives(server: &Running, token: &str) -> bool {
    server.data(token, "{ viewer { id } }", Value::Null).await["viewer"].is_object()
}

async fn mailing(mail: &MailServer) -> Running {
    start_with(Options { workers: true, smtp_url: Some(mail.url.clone()), ..Options::default() }).await
}

#[tokio::test]
async fn an_invited_person_chooses_their_password_once() {
    let server = start().await;
    let admin = server.admin().await;
    let invited = invite(&server, &admin, "eddi").await;
    let user = json!({ "id": invited["user"]["id"], "email": "eddi@example.org", "name": "eddi", "role": "EDITOR", "state": "INVITED" });
    assert_eq!((&invited["user"], &invited["passwordLink"]["isMailed"]), (&user, &json!(false)));
    let url = invited["passwordLink"]["url"].as_str().unwrap();
    let (visitor, path) = (server.visitor(), url.strip_prefix(&server.url).unwrap());
    for password in ["", "!", "a password"] {
        let refused = visitor.post_form("/sign-in", &[("email", "eddi@example.org"), ("password", password)]).await;
        assert_eq!(refused.status(), 403);
    }
    // Programs that look at mail open links, too.
    for _ in 0..2 {
        let page = visitor.get(path).await;
        assert_eq!(
            (page.status().as_u16(), &page.headers()["referrer-policy"]),
            (200, &"same-origin".parse().unwrap())
        );
        let page = page.text().await.unwrap();
        assert!(page.contains("eddi@example.org") && page.contains("Choose a password"), "{page}");
    }
    for weak in ["short", "password1", "eddi@example.org", "workspace vtr"] {
        let refused = visitor.post_form(path, &[("password", weak)]).await;
        assert_eq!(refused.status(), 422, "{weak}");
        assert!(refused.text().await.unwrap().contains("role=\"alert\""), "{weak}");
        let refusal = server.refusal("", CHOOSE, choice(url, weak)).await;
        assert_eq!(refusal, ("INVALID_PASSWORD".to_owned(), vec!["password".to_owned()]));
    }
    let foreign = visitor.request(reqwest::Method::POST, path).header("origin", "https://evil.example");
    let foreign =
        foreign.header("content-type", "application/x-www-form-urlencoded").body("password=a+password+of+my+own");
    assert_eq!(foreign.send().await.unwrap().status(), 403);
    let chosen = visitor.post_form(path, &[("password", NEW)]).await;
    assert_eq!(
        (chosen.status().as_u16(), &chosen.headers()["location"]),
        (303, &"/sign-in?password=chosen".parse().unwrap())
    );
    let form = visitor.get("/sign-in?password=chosen").await.text().await.unwrap();
    assert!(form.contains("Your password is set.") && form.contains(r#"value="eddi@example.org""#), "{form}");
    let later = visitor.get("/sign-in").await.text().await.unwrap();
    assert!(!later.contains("eddi@example.org"), "only there: {later}");
    // Also to an administrator who tried the link in their own browser, and is still signed in there.
    let own = server.admin_browser().await.get("/sign-in?password=chosen").await;
    let own = own.text().await.unwrap();
    assert!(own.contains("Your password is set.") && !own.contains("eddi@example.org"), "{own}");
    let eddi = server.sign_in("eddi@example.org", NEW).await;
    let state = server.data(&eddi, "{ viewer { state } }", Value::Null).await;
    assert_eq!(state["viewer"]["state"], "ACTIVE");

    assert_eq!(visitor.get(path).await.status(), 404);
    let again = visitor.post_form(path, &[("password", "another one of mine")]).await;
    assert_eq!(again.status(), 404);
    assert!(again.text().await.unwrap().contains("This link has ended"));
    let refusal = server.refusal("", CHOOSE, choice(url, "another one of mine")).await;
    assert_eq!(refusal, ("NOT_FOUND".to_owned(), vec!["token".to_owned()]));
    assert!(lives(&server, &eddi).await);
    for nothing in ["/password/x", "/password/%00", &format!("/password/{}", "a".repeat(5000))] {
        assert_eq!(visitor.get(nothing).await.status(), 404, "{nothing}");
    }
    let event = async |action: &str| {
        let query = "query($action: SecurityAction!) { securityEvents(filter: { action: $action }) {
            nodes { actor { name } subjectName address } } }";
        let data = server.data(&admin, query, json!({ "action": action })).await;
        data["securityEvents"]["nodes"].clone()
    };
    let (eddi, ada) = (json!({ "name": "eddi" }), json!({ "name": "Ada Admin" }));
    let chosen = json!([{ "actor": eddi, "subjectName": "eddi", "address": "127.0.0.1" }]);
    assert_eq!(event("PASSWORD_CHANGED").await, chosen);
    assert_eq!(event("USER_INVITED").await, json!([{ "actor": ada, "subjectName": "eddi", "address": null }]));
}

#[tokio::test]
async fn mistakes_of_an_invitation_are_told() {
    let server = start().await;
    let admin = server.admin().await;
    for (field, value, code) in [
        ("email", ADMIN_EMAIL, "EMAIL_TAKEN"),
        ("email", "nobody", "INVALID_INPUT"),
        ("name", "\u{3164}", "INVALID_NAME"),
    ] {
        let mut input = invitee("eddi");
        input["input"][field] = value.into();
        assert_eq!(server.refusal(&admin, INVITE, input).await, (code.to_owned(), vec![field.to_owned()]), "{value}");
    }
    let robot = "mutation { createAccessToken(input: { name: \"robot\" }) { token } }";
    let robot = server.data(&admin, robot, Value::Null).await["createAccessToken"]["token"].clone();
    let me = json!({ "id": server.user_id(&admin).await });
    let by_robot = server.call(robot.as_str().unwrap(), CREATE, me).await;
    assert_eq!(by_robot["errors"][0]["extensions"]["code"], "FORBIDDEN");
    let own = server.refusal(&admin, CREATE, json!({ "id": server.user_id(&admin).await })).await;
    assert_eq!(own, ("INVALID_INPUT".to_owned(), vec!["userId".to_owned()]), "that asks for the present password");
    // Nor does a program make administrators, as one of whom it could sign in.
    let robot = robot.as_str().unwrap();
    let mut olga = invitee("olga");
    olga["input"]["role"] = "ADMIN".into();
    let created = json!({ "input": { "email": "olga@example.org", "name": "Olga", "password": NEW, "role": "ADMIN" } });
    let create = "mutation($input: CreateUserInput!) { createUser(input: $input) { user { id } userErrors { code } } }";
    let eddi = server.data(robot, INVITE, invitee("eddi")).await["inviteUser"]["user"]["id"].clone();
    let promote = "mutation($id: ID!) { updateUser(input: { id: $id, role: ADMIN }) { userErrors { code } } }";
    for (query, variables) in [(INVITE, olga), (create, created), (promote, json!({ "id": eddi }))] {
        let answer = server.call(robot, query, variables).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "FORBIDDEN", "{query}: {answer}");
    }
}

#[tokio::test]
async fn whoever_changes_address_or_password_ends_the_links_in_their_mailbox() {
    let server = start().await;
    let admin = server.admin().await;
    let eddi = server.user(&admin, "Eddi", "EDITOR").await;
    let id = server.user_id(&eddi).await;
    let email = "mutation { changeEmail(input: { email: \"new@example.org\", currentPassword: \"a long password\" }) { userErrors { code } } }";
    let password = "mutation { changePassword(input: { newPassword: \"a password of my own\", currentPassword: \"a long password\" }) { userErrors { code } } }";
    for change in [email, password] {
        let url = link(&server, &admin, &id).await;
        assert_eq!(server.visitor().get(&url).await.status(), 200);
        let changed = server.data(&eddi, change, Value::Null).await;
        assert!(!changed.to_string().contains("code"), "{changed}");
        assert_eq!(server.visitor().get(&url).await.status(), 404, "{change}");
    }
}

#[tokio::test]
async fn links_end_by_time_by_use_and_with_the_account() {
    let server = start().await;
    let admin = server.admin().await;
    let invited = invite(&server, &admin, "eddi").await;
    let (id, url) = (&invited["user"]["id"], invited["passwordLink"]["url"].as_str().unwrap());
    let opens = async |url: &str| server.visitor().get(url).await.status().as_u16();
    server.advance(TimeDelta::days(7) - TimeDelta::minutes(1));
    assert_eq!(opens(url).await, 200);
    server.advance(TimeDelta::minutes(1));
    assert_eq!(opens(url).await, 404);
    assert_eq!(server.upkeep(PeriodicJob::SweepExpired).await.unwrap()["password_links"], 1);
    let (one, two) = (link(&server, &admin, id).await, link(&server, &admin, id).await);
    assert_eq!((opens(&one).await, opens(&two).await), (404, 200), "a new one ends the earlier");
    server.data("", CHOOSE, choice(&two, NEW)).await;
    assert_eq!(opens(&two).await, 404);

    // Now it is for another password, and lasts a day. The present one is valid until then.
    let eddi = server.sign_in("eddi@example.org", NEW).await;
    let robot = "mutation { createAccessToken(input: { name: \"robot\" }) { token } }";
    let robot = server.data(&eddi, robot, Value::Null).await["createAccessToken"]["token"].clone();
    let url = link(&server, &admin, id).await;
    server.advance(TimeDelta::days(1) - TimeDelta::minutes(1));
    assert_eq!(opens(&url).await, 200);
    assert!(lives(&server, &eddi).await && server.sign_in("eddi@example.org", NEW).await.len() > 10);
    let chosen = server.data("", CHOOSE, choice(&url, "another one of mine")).await;
    assert_eq!(chosen["choosePassword"], json!({ "email": "eddi@example.org", "userErrors": [] }));
    assert!(!lives(&server, &eddi).await && lives(&server, robot.as_str().unwrap()).await);
    let url = link(&server, &admin, id).await;
    server.advance(TimeDelta::days(1));
    assert_eq!(opens(&url).await, 404);

    let url = link(&server, &admin, id).await;
    let disable = "mutation($id: ID!) { disableUser(input: { id: $id }) { userErrors { code } } }";
    server.data(&admin, disable, json!({ "id": id })).await;
    assert_eq!(opens(&url).await, 404);
    assert_eq!(server.refusal("", CHOOSE, choice(&url, NEW)).await.0, "NOT_FOUND");
    assert_eq!(server.refusal(&admin, CREATE, json!({ "id": id })).await.0, "INVALID_INPUT");
    let enable = "mutation($id: ID!) { enableUser(id: $id) { userErrors { code } } }";
    server.data(&admin, enable, json!({ "id": id })).await;
    assert_eq!(opens(&url).await, 404);
    let url = link(&server, &admin, id).await;
    let delete = "mutation($id: ID!) { deleteUser(input: { id: $id }) { deletedIds } }";
    server.data(&admin, delete, json!({ "id": id })).await;
    assert_eq!(opens(&url).await, 404);
    assert_eq!(server.refusal(&admin, CREATE, json!({ "id": id })).await.0, "NOT_FOUND");
}

#[tokio::test]
async fn a_link_that_two_use_at_once_sets_one_password() {
    let server = start().await;
    let admin = server.admin().await;
    let invited = invite(&server, &admin, "eddi").await;
    let url = invited["passwordLink"]["url"].as_str().unwrap();
    let choose = async |password: &str| {
        server.data("", CHOOSE, choice(url, password)).await["choosePassword"]["email"].is_string()
    };
    let (one, two) = tokio::join!(choose(NEW), choose("another one of mine"));
    assert!(one != two, "{one} {two}");
    server.sign_in("eddi@example.org", if one { NEW } else { "another one of mine" }).await;
}

#[tokio::test]
async fn an_invited_administrator_is_none_yet() {
    let server = start().await;
    let admin = server.admin().await;
    let mut input = invitee("olga");
    input["input"]["role"] = "ADMIN".into();
    let olga = server.data(&admin, INVITE, input).await["inviteUser"].clone();
    let leave = "mutation($id: ID!, $password: String) { deleteUser(input: { id: $id, currentPassword: $password }) {
        deletedIds userErrors { code field message } } }";
    let own = json!({ "id": server.user_id(&admin).await, "password": ADMIN_PASSWORD });
    assert_eq!(server.refusal(&admin, leave, own.clone()).await.0, "INVALID_INPUT");
    server.data("", CHOOSE, choice(olga["passwordLink"]["url"].as_str().unwrap(), NEW)).await;
    assert_eq!(server.data(&admin, leave, own).await["deleteUser"]["userErrors"], json!([]));
}

#[tokio::test]
async fn where_there_is_a_mail_server_links_are_mailed() {
    let mail = MailServer::start();
    let server = mailing(&mail).await;
    let admin = server.admin().await;
    let mut input = invitee("edith");
    input["input"]["name"] = "Édith \"Eddi\" Ö., <Press>".into();
    server.data(&admin, INVITE, input).await;
    assert!(mail.next().await.text.starts_with("Hello Édith \"Eddi\" Ö., <Press>,"));
    let invited = invite(&server, &admin, "eddi").await;
    assert_eq!(invited["passwordLink"]["isMailed"], true);
    let arrived = mail.next().await;
    assert_eq!(
        (arrived.to.as_str(), arrived.from.as_str()),
        ("eddi@example.org", "\"Press Office\" <press@example.com>")
    );
    assert_eq!(arrived.subject, "Your invitation to Workspace VTR");
    assert_eq!(arrived.link(), invited["passwordLink"]["url"]);
    server.data("", CHOOSE, choice(arrived.link(), NEW)).await;

    // Who has forgotten the password asks for a link; nobody learns whether there is an account.
    let visitor = server.visitor();
    assert!(visitor.get("/sign-in").await.text().await.unwrap().contains("href=\"/forgot-password\""));
    assert_eq!(visitor.get("/forgot-password").await.status(), 200);
    let ask = async |email: &str| {
        let page = visitor.post_form("/forgot-password", &[("email", email)]).await;
        (page.status().as_u16(), page.text().await.unwrap().replace(email, "EMAIL"))
    };
    let nobody = ask("nobody@example.org").await;
    assert_eq!(ask("eddi@example.org").await, nobody);
    assert!(nobody.0 == 200 && nobody.1.contains("a mail is on its way"), "{nobody:?}");
    let arrived = mail.next().await;
    assert_eq!(
        (arrived.to.as_str(), arrived.subject.as_str()),
        ("eddi@example.org", "Another password for Workspace VTR")
    );
    assert_eq!(server.visitor().get(arrived.link()).await.status(), 200);
    let request = json!({ "email": "Eddi@Example.org" });
    assert_eq!(server.data("", REQUEST, request.clone()).await["requestPasswordLink"]["userErrors"], json!([]));
    assert_eq!(mail.next().await.to, "eddi@example.org");
    // Nobody fills a mailbox.
    server.data("", REQUEST, request.clone()).await;
    mail.next().await;
    assert_eq!(server.refusal("", REQUEST, request).await, ("TOO_MANY_ATTEMPTS".to_owned(), vec!["email".to_owned()]));
    assert_eq!(ask("eddi@example.org").await.0, 429);
    assert_eq!(mail.unread().await, 0);
    let links = server.count("password_links").await;
    assert_eq!(links, 4, "of the other invitation, and three for Eddi");
}

#[tokio::test]
async fn a_busy_mail_server_is_asked_again_and_a_refusal_is_seen_by_administrators() {
    let mail = MailServer::start();
    let server = mailing(&mail).await;
    let admin = server.admin().await;
    // For longer than any other job would be tried.
    for _ in 0..2 * MAX_ATTEMPTS {
        mail.refuse_once();
    }
    let invited = invite(&server, &admin, "eddi").await;
    let time_flies = async {
        loop {
            server.advance(TimeDelta::minutes(1));
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    let arrived = tokio::select! {
        arrived = mail.next() => arrived,
        () = time_flies => unreachable!("it flies for ever"),
    };
    assert_eq!(arrived.link(), invited["passwordLink"]["url"]);
    mail.refuse_for_good();
    let url = invite(&server, &admin, "olga").await["passwordLink"]["url"].clone();
    let dead = async || {
        let query = "{ jobQueue { dead { nodes { job reason } } } }";
        server.data(&admin, query, Value::Null).await["jobQueue"]["dead"]["nodes"].as_array().unwrap().clone()
    };
    until(1, async || dead().await.len()).await;
    let job = dead().await.remove(0);
    assert_eq!(job["job"], "mail_password_link", "{job}");
    let reason = job["reason"].as_str().unwrap();
    assert!(reason.contains("no such mailbox") && !reason.contains("olga@"), "{job}");
    // The link itself is valid; the administrator may pass it on.
    assert_eq!(server.visitor().get(url.as_str().unwrap()).await.status(), 200);
}

#[tokio::test]
async fn where_no_mail_is_sent_nobody_is_promised_any() {
    let server = start().await;
    let visitor = server.visitor();
    assert!(!visitor.get("/sign-in").await.text().await.unwrap().contains("forgot-password"));
    assert_eq!(visitor.get("/forgot-password").await.status(), 404);
    assert_eq!(visitor.post_form("/forgot-password", &[("email", ADMIN_EMAIL)]).await.status(), 404);
    let answer = server.call("", REQUEST, json!({ "email": ADMIN_EMAIL })).await;
    assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{answer}");
}
