//! Requests with files: what is refused, when, and that nothing is left of it.

use api::config::Uploads;
use serde_json::{Value, json};
use std::time::Duration;
use tests::{
    LONG, Options, Running, fixtures,
    multipart::{END, UPLOAD, field, file, file_head, operation, upload},
    start, start_with,
};

/// More than the connection holds on its way, and far less than what is refused.
const FEW: u64 = 16 * 1024 * 1024;

async fn assert_nothing_is_left(server: &Running, admin: &str, what: &str) {
    assert_eq!(server.blobs(), 0, "{what}");
    let data = server.data(admin, "{ assets { totalCount } workspace { storage { used } } }", Value::Null).await;
    let nothing = json!({ "assets": { "totalCount": 0 }, "workspace": { "storage": { "used": 0 } } });
    assert_eq!(data, nothing, "{what}");
}

async fn until(what: &str, done: impl Fn() -> bool) {
    let wait = async {
        while !done() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(LONG, wait).await.unwrap_or_else(|_| panic!("{what}"));
}

#[tokio::test]
async fn odd_requests_are_told_what_is_wrong_and_leave_nothing() {
    let server = start().await;
    let admin = server.admin().await;
    let variables = json!({ "input": { "file": null } });
    let operations = field("operations", &json!({ "query": UPLOAD, "variables": variables }).to_string());
    let good = upload(&json!({ "file": null }));
    let (one, end) = (file("0", "content"), END);
    let with_map = |map: &str| format!("{operations}{}{one}{end}", field("map", map));
    let long = format!("does not say where the file \"{}\"… belongs", "x".repeat(60));
    let many: Value = (0..21).map(|index| (index.to_string(), json!(["variables.input.file"]))).collect();
    for (what, body, reason) in [
        ("an entry without a place", with_map(r#"{"0":[]}"#), "does not say where the file \"0\" belongs"),
        (
            "many parts of an entry without a place",
            format!("{operations}{}{}{end}", field("map", r#"{"0":[]}"#), one.repeat(1500)),
            "does not say where",
        ),
        ("many entries", with_map(&many.to_string()), "At most 20 files"),
        (
            "an entry twice",
            with_map(r#"{"0":["variables.input.file"],"0":["variables.x"]}"#),
            "names the file \"0\" twice",
        ),
        ("a long name", with_map(&json!({ "x".repeat(500_000): [] }).to_string()), &long),
        ("a place twice", with_map(r#"{"0":["variables.input.file","variables.input.file"]}"#), "has no null at"),
        (
            "a place for two",
            with_map(r#"{"0":["variables.input.file"],"1":["variables.input.file"]}"#),
            "has no null at",
        ),
        ("a place that is taken", with_map(r#"{"0":["variables.input"]}"#), "has no null at"),
        ("a place outside of the variables", with_map(r#"{"0":["operationName"]}"#), "has no null at"),
        ("a place that is no text", with_map(r#"{"0":[7]}"#), "`map` is not the JSON"),
        ("one place without a list", with_map(r#"{"0":"variables.input.file"}"#), "`map` is not the JSON"),
        ("no map at all", with_map("null"), "`map` is not the JSON"),
        ("operations twice", format!("{operations}{operations}{one}{end}"), "`operations` and `map` come first"),
        (
            "several operations",
            format!("{}{}{one}{end}", field("operations", "[]"), field("map", "{}")),
            "Several requests in one",
        ),
        ("no file", format!("{good}{end}"), "\"0\" that `map` names did not come"),
        ("another file", format!("{good}{}{end}", file("1", "x")), "where the file \"1\" belongs"),
        ("another file first", format!("{good}{}{one}{end}", file("1", "x")), "where the file \"1\" belongs"),
        ("another file afterwards", format!("{good}{one}{}{end}", file("1", "x")), "where the file \"1\" belongs"),
        ("the file twice", format!("{good}{one}{one}{end}"), "\"0\" comes twice"),
        ("a thousand times", format!("{good}{}{end}", one.repeat(1000)), "\"0\" comes twice"),
        ("no end", format!("{good}{one}"), "could not be read to its end"),
        ("no end of the file", format!("{good}{}half", file_head("0")), "could not be read to its end"),
        ("more after the end", format!("{good}{one}{end}{}", "x".repeat(300_000)), "goes on after its last part"),
        ("no parts", "nothing of the kind".to_owned(), "could not be read to its end"),
    ] {
        let response = server.multipart(&admin, body).await;
        assert_eq!(response.status(), 400, "{what}");
        let answer: Value = response.json().await.unwrap();
        let error = &answer["errors"][0];
        assert_eq!(error["extensions"]["code"], "BAD_USER_INPUT", "{what}: {answer}");
        assert!(error["message"].as_str().unwrap().contains(reason), "{what}: {answer}");
        assert_nothing_is_left(&server, &admin, what).await;
    }
    let answer: Value = server.multipart(&admin, format!("{good}{one}{end}after the end")).await.json().await.unwrap();
    assert_eq!(answer["data"]["uploadAsset"]["asset"]["byteSize"], 7, "{answer}");
}

#[tokio::test]
async fn what_can_be_refused_before_the_bytes_is() {
    let server = start().await;
    let admin = server.admin().await;
    let vera = server.user(&admin, "Vera", "VIEWER").await;
    let attach =
        "mutation($input: AttachFileInput!) { attachFile(input: $input) { asset { id } userErrors { code } } }";
    let mark = "mutation($input: SetWatermarkInput!) { setWatermark(input: $input) { workspace { name } userErrors { code } } }";
    let map = json!({ "0": ["variables.input.file"] });
    let call = |query: &str, input: Value| operation(query, &json!({ "input": input }), &map) + &file_head("0");
    let title = json!({ "file": null, "title": "x".repeat(1000) });
    let nowhere = json!({ "file": null, "assetId": "asset_0000000000000000000001" });
    let unknown = upload(&json!({ "file": null })) + &file_head("1");
    for (what, token, begun, code) in [
        ("a stranger", "", call(UPLOAD, json!({ "file": null })), "UNAUTHENTICATED"),
        ("a viewer", vera.as_str(), call(UPLOAD, json!({ "file": null })), "FORBIDDEN"),
        ("a viewer's watermark", vera.as_str(), call(mark, json!({ "file": null })), "FORBIDDEN"),
        ("a title that is too long", admin.as_str(), call(UPLOAD, title), "INVALID_NAME"),
        ("an asset that is not there", admin.as_str(), call(attach, nowhere), "NOT_FOUND"),
        ("a bad opacity", admin.as_str(), call(mark, json!({ "file": null, "opacity": 7 })), "INVALID_INPUT"),
        ("a file of no name", admin.as_str(), unknown, "BAD_USER_INPUT"),
        ("no operation", admin.as_str(), field("operations", "7") + &field("map", "{}"), "BAD_USER_INPUT"),
        ("endless operations", admin.as_str(), file_head("operations"), "BAD_USER_INPUT"),
    ] {
        for length in [None, Some(1_000_000_000)] {
            let (taken, _, answer) = server.begin(token, length, &begun).await.flood().await;
            let text = answer.to_string();
            assert!(text.contains(&format!("\"code\":\"{code}\"")), "{what}: {answer}");
            assert!(taken < FEW, "{what}: {taken} bytes were taken");
            assert_nothing_is_left(&server, &admin, what).await;
        }
    }
}

#[tokio::test]
async fn a_client_that_is_still_sending_reads_the_refusal() {
    let server = start().await;
    let admin = server.admin().await;
    let begun = upload(&json!({ "file": null, "title": " " })) + &file_head("0");
    let body = [begun.as_bytes(), &vec![b'x'; 50_000_000], format!("\r\n{END}").as_bytes()].concat();
    for expect in [false, true] {
        let mut request =
            tests::client().post(format!("{}/graphql", server.url)).bearer_auth(&admin).body(body.clone());
        if expect {
            request = request.header("expect", "100-continue");
        }
        let response = request.header("content-type", "multipart/form-data; boundary=cut").send().await.unwrap();
        assert_eq!((response.status().as_u16(), response.headers()["connection"].to_str().unwrap()), (200, "close"));
        let answer: Value = response.json().await.unwrap();
        assert_eq!(answer["data"]["uploadAsset"]["userErrors"][0]["code"], "INVALID_NAME", "{answer}");
    }
    assert_nothing_is_left(&server, &admin, "refused").await;
}

const TWO: &str = "mutation($a: Upload!, $b: Upload!) {
    a: uploadAsset(input: { file: $a }) { asset { number fileName } userErrors { code field message } }
    b: uploadAsset(input: { file: $b }) { asset { number fileName } userErrors { code field message } } }";

#[tokio::test]
async fn several_files_come_in_any_order() {
    let server = start().await;
    let admin = server.admin().await;
    let begun =
        operation(TWO, &json!({ "a": null, "b": null }), &json!({ "0": ["variables.a"], "1": ["variables.b"] }));
    let (zero, one) = (file("0", "zero"), file("1", "one"));
    for (body, first) in [(format!("{begun}{zero}{one}{END}"), 1), (format!("{begun}{one}{zero}{END}"), 3)] {
        let answer: Value = server.multipart(&admin, body).await.json().await.unwrap();
        let asset = |field: &str| answer["data"][field]["asset"].clone();
        assert_eq!(asset("a"), json!({ "number": format!("VTR-{first}"), "fileName": "0.txt" }), "{answer}");
        assert_eq!(asset("b"), json!({ "number": format!("VTR-{}", first + 1), "fileName": "1.txt" }), "{answer}");
    }
    assert_eq!(server.blobs(), 4);
    // What is wrong with one of them is told of that one.
    for (what, body, done, code, message) in [
        ("the first is empty", format!("{begun}{}{one}{END}", file("0", "")), "b", "INVALID_FILE", "is empty"),
        ("the second is empty", format!("{begun}{zero}{}{END}", file("1", "")), "a", "INVALID_FILE", "is empty"),
        (
            "one for both",
            operation(TWO, &json!({ "a": null, "b": null }), &json!({ "0": ["variables.a", "variables.b"] }))
                + &zero
                + END,
            "a",
            "INVALID_FILE",
            "Another field",
        ),
    ] {
        let answer: Value = server.multipart(&admin, body).await.json().await.unwrap();
        let refused = if done == "a" { "b" } else { "a" };
        assert!(answer["data"][done]["asset"].is_object(), "{what}: {answer}");
        let error = &answer["data"][refused]["userErrors"][0];
        assert_eq!((&error["code"], &error["field"]), (&json!(code), &json!(["file"])), "{what}: {answer}");
        assert!(error["message"].as_str().unwrap().contains(message), "{what}: {answer}");
    }
    assert_eq!(server.blobs(), 7);
    // One that comes too early is kept no longer than its request.
    let unused = operation(
        "mutation($a: Upload, $b: Upload!) { uploadAsset(input: { file: $b }) { asset { id } } }",
        &json!({ "a": null, "b": null }),
        &json!({ "0": ["variables.a"], "1": ["variables.b"] }),
    );
    server.multipart(&admin, format!("{unused}{zero}{one}{END}")).await;
    assert!(server.blobs() <= 8);
    // A request without a multipart body has none.
    let answer = server.call(&admin, UPLOAD, json!({ "input": { "file": "\u{1}file:0" } })).await;
    assert_eq!(answer["data"]["uploadAsset"]["userErrors"][0]["code"], "INVALID_FILE", "{answer}");
}

#[tokio::test]
async fn a_client_that_hangs_up_leaves_nothing_of_any_file() {
    let server = start().await;
    let admin = server.admin().await;
    // The second is used first, so that the first is kept meanwhile.
    let begun =
        operation(TWO, &json!({ "a": null, "b": null }), &json!({ "1": ["variables.a"], "0": ["variables.b"] }));
    let half = format!("{begun}{}{}half", file("0", "zero"), file_head("1"));
    for length in [None, Some(1_000_000)] {
        let slow = server.begin(&admin, length, &half).await;
        until("both are stored", || server.blobs() == 2).await;
        drop(slow);
        until("both are gone", || server.blobs() == 0).await;
        assert_nothing_is_left(&server, &admin, "cut").await;
    }
}

fn with(uploads: Uploads) -> Options {
    let default = Options::default();
    Options { uploads: Uploads { min_free_disk: default.uploads.min_free_disk, ..uploads }, ..default }
}

#[tokio::test]
async fn silence_and_slowness_end() {
    let begun = upload(&json!({ "file": null })) + &file_head("0");
    let large = begun.clone() + &"x".repeat(20_000_000);
    let silent = start_with(with(Uploads { idle: Duration::from_millis(300), ..Uploads::default() })).await;
    let admin = silent.admin().await;
    for (what, begun) in [("nothing", ""), ("some", &begun[..30]), ("no bytes", &begun), ("many bytes", &large)] {
        for length in [None, Some(100_000_000)] {
            let (status, answer) = silent.begin(&admin, length, begun).await.answer().await;
            let error = &answer["errors"][0];
            assert_eq!((status, &error["extensions"]["code"]), (408, &json!("REQUEST_TIMEOUT")), "{what}: {answer}");
            assert_eq!(error["message"], "Nothing came for 300ms; this file was not kept.", "{what}");
            assert_nothing_is_left(&silent, &admin, what).await;
        }
    }
    let slow = start_with(with(Uploads { deadline: Duration::from_millis(900), ..Uploads::default() })).await;
    let admin = slow.admin().await;
    for length in [None, Some(100_000_000)] {
        let (status, answer) = slow.begin(&admin, length, &begun).await.trickle(Duration::from_millis(20)).await;
        let error = &answer["errors"][0];
        assert_eq!((status, &error["extensions"]["code"]), (408, &json!("REQUEST_TIMEOUT")), "{answer}");
        assert_eq!(error["message"], "The upload took longer than 900ms; this file was not kept.");
        assert_nothing_is_left(&slow, &admin, "slow").await;
    }
}

#[tokio::test]
async fn a_user_has_so_many_at_work_and_no_more() {
    let server = start_with(with(Uploads { per_user: 2, ..Uploads::default() })).await;
    let admin = server.admin().await;
    let eddi = server.user(&admin, "Eddi", "EDITOR").await;
    let begun = upload(&json!({ "file": null })) + &file_head("0");
    let first = server.begin(&admin, None, &begun).await;
    let second = server.begin(&admin, None, &begun).await;
    until("both are at work", || server.blobs() == 2).await;
    let (taken, status, answer) = server.begin(&admin, None, &begun).await.flood().await;
    let error = &answer["errors"][0]["extensions"];
    assert_eq!((status, &error["code"], &error["retryAfter"]), (429, &json!("RATE_LIMITED"), &json!(5)), "{answer}");
    assert!(taken < FEW, "{taken} bytes were taken");
    let refused = server.multipart(&admin, format!("{begun}x\r\n{END}")).await;
    assert_eq!((refused.status().as_u16(), refused.headers()["retry-after"].to_str().unwrap()), (429, "5"));
    server.upload(&eddi, "a.txt", "others are not held up").await;
    drop(second);
    until("one has ended", || server.blobs() == 2).await;
    let last = format!("x\r\n{END}");
    assert_eq!(first.end(last.as_bytes()).await.1["data"]["uploadAsset"]["asset"]["byteSize"], 1);
    for _ in 0..4 {
        server.upload(&admin, "a.txt", "whoever is done begins anew").await;
    }
}

#[tokio::test]
async fn the_watermarks_limit_holds_while_it_comes() {
    let server = start().await;
    let admin = server.admin().await;
    let query = "mutation($input: SetWatermarkInput!) { setWatermark(input: $input) {
        workspace { watermark { opacity } storage { used } } userErrors { code field message } } }";
    let map = json!({ "0": ["variables.input.file"] });
    let begun = operation(query, &json!({ "input": { "file": null } }), &map) + &file_head("0");
    for length in [None, Some(100_000_000_000)] {
        let (taken, status, answer) = server.begin(&admin, length, &begun).await.flood().await;
        let error = &answer["data"]["setWatermark"]["userErrors"][0];
        assert_eq!((status, &error["code"]), (200, &json!("INVALID_FILE")), "{answer}");
        assert_eq!(error["message"], "The file is larger than 2 MB.");
        assert!(taken < FEW, "{taken} bytes were taken");
        assert_nothing_is_left(&server, &admin, "too large").await;
    }
    let mark = server.set_watermark(&admin, json!({ "file": null }), Some(fixtures::plain_png(9, 9, [0, 9, 9]))).await;
    assert!(mark["workspace"].is_object(), "{mark}");
    let used = server.data(&admin, "{ workspace { storage { used } } }", Value::Null).await;
    assert_eq!(used["workspace"]["storage"]["used"], 0, "it does not count");
}

#[tokio::test]
async fn whoever_loses_the_right_meanwhile_is_refused() {
    let server = start().await;
    let admin = server.admin().await;
    let eddi = server.user(&admin, "Eddi", "EDITOR").await;
    let begun = upload(&json!({ "file": null })) + &file_head("0");
    let last = format!("x\r\n{END}");
    for (statement, code) in [
        ("UPDATE users SET role = 'VIEWER' WHERE name = 'Eddi'", "FORBIDDEN"),
        ("DELETE FROM bearer_tokens", "UNAUTHENTICATED"),
    ] {
        server.sql("UPDATE users SET role = 'EDITOR' WHERE name = 'Eddi'").await;
        let slow = server.begin(&eddi, None, &begun).await;
        until("it is at work", || server.blobs() == 1).await;
        server.sql(statement).await;
        let (_, answer) = slow.end(last.as_bytes()).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], code, "{answer}");
        assert_eq!(server.blobs(), 0);
    }
}

#[tokio::test]
async fn a_file_name_is_what_it_was_before_it_was_sent() {
    let server = start().await;
    let admin = server.admin().await;
    let query = "mutation($input: UploadAssetInput!) { uploadAsset(input: $input) { asset { fileName } } }";
    let head = operation(query, &json!({ "input": { "file": null } }), &json!({ "0": ["variables.input.file"] }));
    let latin = [b"filename=\"f\xfcr Anna.txt\"".as_slice(), b"filename=\"f\xc3\xbcr Anna.txt\""];
    for (parameters, name) in [
        (b"filename=\"say %22hi%22 100%25.txt\"".as_slice(), "say \"hi\" 100%25.txt"),
        (b"filename=\"=?utf-8?B?ZsO8ciBBbm5hLnR4dA==?=\"; filename*=utf-8''f%C3%BCr%20Anna.txt", "f\u{fc}r Anna.txt"),
        (b"filename=\"=?utf-8?B?ZsO8ciBBbm5hLnR4dA==?=\"", "f\u{fc}r Anna.txt"),
        (latin[0], "f\u{fc}r Anna.txt"),
        (latin[1], "f\u{fc}r Anna.txt"),
        // As a Mac spells it, and one that looks like a PDF.
        ("filename=\"fu\u{308}r Anna.txt\"".as_bytes(), "f\u{fc}r Anna.txt"),
        ("filename=\"inv\u{202e}fdp.exe\"".as_bytes(), "invfdp.exe"),
        ("filename=\"\u{200b}.txt\"".as_bytes(), "file.txt"),
    ] {
        let (before, after) =
            ("--cut\r\nContent-Disposition: form-data; name=\"0\"; ", "\r\n\r\ncontent\r\n--cut--\r\n");
        let body = [head.as_bytes(), before.as_bytes(), parameters, after.as_bytes()].concat();
        let answer: Value = server.multipart(&admin, body).await.json().await.unwrap();
        assert_eq!(answer["data"]["uploadAsset"]["asset"]["fileName"], name, "{answer}");
    }
}
