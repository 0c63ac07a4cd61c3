//! Requests that are made to hurt: few bytes, or many, that ask for much work.

use serde_json::{Value, json};
use std::fmt::Display;

/// What an anonymous caller sends, at most.
const SMALL: usize = 10_000;
/// What somebody sends who is signed in, at most.
const LARGE: usize = 1_000_000;

/// One of them.
pub(crate) struct Hostile {
    pub(crate) what: String,
    pub(crate) signed_in: bool,
    /// The body.
    pub(crate) body: String,
}

impl Hostile {
    fn new(what: impl Display, signed_in: bool, query: &str, variables: &Value) -> Self {
        let body = json!({ "query": query, "variables": variables }).to_string();
        Self::raw(what, signed_in, body)
    }

    fn raw(what: impl Display, signed_in: bool, body: String) -> Self {
        let who = if signed_in { "signed in" } else { "anonymous" };
        let size =
            if body.len() < 10_000 { format!("{} bytes", body.len()) } else { format!("{} kB", body.len() / 1000) };
        Self { what: format!("{what} ({who}, {size})"), signed_in, body }
    }
}

/// So many of something.
fn times<T: AsRef<str>>(count: usize, one: impl Fn(usize) -> T) -> String {
    (0..count).fold(String::new(), |all, index| all + one(index).as_ref() + " ")
}

/// As many of something as there is room for, with what is around them.
fn filled<T: AsRef<str>>(size: usize, one: impl Fn(usize) -> T) -> String {
    let mut all = String::new();
    for index in 0.. {
        let next = one(index);
        // Room for what is around them, and for quotes that JSON escapes.
        if all.len() + next.as_ref().len() + 200 > size {
            break;
        }
        all += next.as_ref();
        all.push(' ');
    }
    all
}

/// Fragments that each spread the next one twice.
fn bomb(levels: usize) -> String {
    let fragments = times(levels, |level| format!("fragment F{level} on Query{{...F{0} ...F{0}}}", level + 1));
    format!("{{...F0}} {fragments} fragment F{levels} on Query{{__typename}}")
}

fn nested(depth: usize, open: &str, inside: &str, close: &str) -> String {
    open.repeat(depth) + inside + &close.repeat(depth)
}

/// What an anonymous caller can send, and what somebody can who is signed in.
fn of_size(size: usize, signed_in: bool) -> Vec<Hostile> {
    let none = Value::Null;
    let query = |what: &str, query: String| Hostile::new(what, signed_in, &query, &none);
    let introspection = "__schema{types{fields{type{name}}}}";
    vec![
        query("wide: one field under many names", format!("{{{}}}", filled(size, |n| format!("a{n}:__typename")))),
        query("wide: one field again and again", format!("{{{}}}", filled(size, |_| "viewer{id}"))),
        query("unknown fields, as many as fit", format!("{{{}}}", filled(size, |n| format!("u{n}")))),
        query("deep: inline fragments", format!("{{{}}}", nested(size / 6, "...{", "__typename", "}"))),
        query("deep: unknown fields", nested(size / 4, "{a", "{b}", "}")),
        query("deep: lists", format!("{{shareOptions(assetIds:{}){{requested}}}}", nested(size / 3, "[", "1", "]"))),
        query("deep: lists that never end", format!("{{shareOptions(assetIds:{}", "[".repeat(size - 200))),
        query("fragments in a chain", {
            let chain = filled(size, |n| format!("fragment F{n} on Query{{...F{}}}", n + 1));
            let last = chain.matches("fragment").count();
            format!("{{...F0}} {chain} fragment F{last} on Query{{__typename}}")
        }),
        query("fragments side by side, which may conflict", {
            let count = size / 60;
            let fragments = times(count, |n| format!("fragment F{n} on Query{{viewer{{id}}}}"));
            format!("{{{}}} {fragments}", times(count, |n| format!("...F{n}")))
        }),
        query("a directive again and again", format!("{{viewer {}{{id}}}}", filled(size, |_| "@skip(if:false)"))),
        query("operations, none chosen", filled(size, |n| format!("query Q{n}{{viewer{{id}}}}"))),
        query(
            "variables that are not used",
            format!("query({}){{viewer{{id}}}}", filled(size, |n| format!("$v{n}:Int"))),
        ),
        query("introspection, as often as fits", {
            format!("{{{}}}", filled(size, |n| format!("a{n}:{introspection}")))
        }),
        query("a comment", format!("{{viewer{{id}}}} #{}", "x".repeat(size - 200))),
        query("a string", format!("{{asset(number:\"{}\"){{id}}}}", "x".repeat(size - 200))),
        query(
            "ids in a literal, all wrong",
            format!("mutation{{deleteLinks(ids:[{}]){{deletedIds}}}}", filled(size, |_| "1.5")),
        ),
        Hostile::new(
            "ids in a variable, all wrong",
            signed_in,
            "mutation($ids:[ID!]!){deleteLinks(ids:$ids){deletedIds}}",
            &json!({ "ids": vec![true; size / 6] }),
        ),
        Hostile::new(
            "ids in a variable",
            signed_in,
            "query($ids:[ID!]){shareOptions(assetIds:$ids){requested}}",
            &json!({ "ids": vec![1; size / 3] }),
        ),
        Hostile::raw("variables, deep", signed_in, {
            format!("{{\"query\":\"{{viewer{{id}}}}\",\"variables\":{{\"x\":{}}}}}", nested(size / 3, "[", "1", "]"))
        }),
        Hostile::raw("variables that nobody asked for", signed_in, {
            let extra = filled(size, |n| format!("\"v{n}\":{n},"));
            format!("{{\"query\":\"{{viewer{{id}}}}\",\"variables\":{{{extra}\"last\":1}}}}")
        }),
    ]
}

/// Few fields, and much that they are given.
fn by_input() -> Vec<Hostile> {
    let ids = json!({ "ids": vec!["asset_0000000000000000000000"; 10_000] });
    let offers = |count| {
        let fields = times(count, |n| format!("a{n}:shareOptions(assetIds:$ids){{requested}}"));
        format!("query($ids:[ID!]){{{fields}}}")
    };
    let long = |name: &str| json!({ name: "z".repeat(900_000) });
    let searches = times(20, |n| format!("a{n}:assets(first:0,filter:{{search:$s}}){{totalCount}}"));
    let links = times(150, |n| format!("a{n}:createPublicLink(input:{{assetId:\"x\",settings:$s}}){{link{{id}}}}"));
    let operations = times(99, |n| format!("query Q{n}{{viewer{{...F}}}}"));
    let many = format!("{operations} fragment F on User{{{}}}", "id ".repeat(18_000));
    vec![
        Hostile::new(
            "a long text 3,000 times in a list",
            true,
            &format!("query($a:ID!){{shareOptions(assetIds:[{}]){{requested}}}}", "$a ".repeat(3000)),
            &long("a"),
        ),
        Hostile::new("10,000 ids in 400 fields", true, &offers(400), &ids),
        Hostile::new("10,000 ids in as many fields as are allowed", true, &offers(19), &ids),
        Hostile::new("20 searches for a long text", true, &format!("query($s:String){{{searches}}}"), &long("s")),
        Hostile::new(
            "150 passwords to hash",
            true,
            &format!("mutation($s:LinkSettingsInput){{{links}}}"),
            &json!({ "s": { "password": "gravel wombat 77" } }),
        ),
        Hostile::raw("99 operations with one long fragment", true, {
            json!({ "query": many, "operationName": "Q0" }).to_string()
        }),
    ]
}

/// All of them. `link` is the id of a link.
pub(crate) fn all(link: &str) -> Vec<Hostile> {
    let none = Value::Null;
    let mut all: Vec<_> = [20, 40, 60]
        .map(|levels| Hostile::new(format!("a fragment bomb of {levels} levels"), false, &bomb(levels), &none))
        .into();
    all.extend(of_size(SMALL, false));
    let sign_ins =
        times(60, |n| format!("a{n}:signIn(input:{{email:\"admin@example.com\",password:\"guess {n}\"}}){{token}}"));
    all.push(Hostile::new("60 sign-ins", false, &format!("mutation{{{sign_ins}}}"), &none));

    all.extend(of_size(LARGE, true));
    let of_link = |what: &str, fields: String| {
        Hostile::new(what, true, &format!("query($id:ID!){{link(id:$id){{{fields}}}}}"), &json!({ "id": link }))
    };
    all.push(of_link("60 QR codes of 2048", times(60, |n| format!("a{n}:qrCode(format:PNG,size:2048){{data}}"))));
    all.push(of_link(
        "QR codes, as many as fit",
        filled(LARGE, |n| format!("a{n}:qrCode(format:PNG,size:2048){{data}}")),
    ));
    all.push(of_link("500 embed codes", times(500, |n| format!("a{n}:embedCode(width:{})", n + 1))));
    all.push(of_link("100 preparations", times(100, |n| format!("a{n}:preparation{{total}}"))));
    all.extend(by_input());
    let signed_in = |what: &str, query: String| Hostile::new(what, true, &query, &none);
    all.push(signed_in("preparations of 100 links, 50 times", {
        format!("{{links(first:100){{nodes{{{}}}}}}}", times(50, |n| format!("a{n}:preparation{{total}}")))
    }));
    all.push(signed_in(
        "QR codes of 100 links",
        "{links(first:100){nodes{qrCode(format:PNG,size:2048){data}}}}".to_owned(),
    ));
    all.push(signed_in("100 links of the assets of 100 links", {
        "{links(first:100){nodes{target{...on Asset{links(first:100){nodes{id name}}}}}}}".to_owned()
    }));
    all.push(signed_in("links of assets of links, on the default page", {
        let open = "links{nodes{target{...on Asset{";
        format!("{{{}}}", nested(3, open, "id", "}}}}"))
    }));
    all.push(signed_in("100 pages of 100 links", {
        format!("{{{}}}", times(100, |n| format!("a{n}:links(first:100){{nodes{{id name}}}}")))
    }));
    all.push(signed_in("introspection, 150 times", {
        format!("{{{}}}", times(150, |n| format!("a{n}:__schema{{types{{fields{{type{{name}}}}}}}}")))
    }));
    // As much as the limit of cost lets pass.
    all.push(of_link("18 QR codes of 2048", times(18, |n| format!("a{n}:qrCode(format:PNG,size:2048){{data}}"))));
    all.push(signed_in("60 pages of 100 links", {
        format!("{{{}}}", times(60, |n| format!("a{n}:links(first:100){{nodes{{id name}}}}")))
    }));
    all.push(signed_in("introspection, 30 times", {
        format!("{{{}}}", times(30, |n| format!("a{n}:__schema{{types{{fields{{type{{name}}}}}}}}")))
    }));
    for count in [5_000, 20_000] {
        let fields = times(count, |n| format!("unknown{n}"));
        all.push(signed_in(&format!("{count} unknown fields"), format!("{{{fields}}}")));
    }
    all.push(signed_in("10,000 ids in a literal", {
        format!("{{shareOptions(assetIds:[{}]){{requested}}}}", times(10_000, |n| format!("\"asset_{n:022}\"")))
    }));
    all
}
