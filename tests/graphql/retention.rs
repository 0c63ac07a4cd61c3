//! How long a workspace keeps its logs: who sets it, to what, and what is written down about it.

use serde_json::{Value, json};
use tests::start;

const UPDATE: &str = "mutation($input: UpdateWorkspaceInput!) { updateWorkspace(input: $input) {
    workspace { retention { auditDays securityEventDays statisticsDays } } userErrors { code field message } } }";

#[tokio::test]
async fn administrators_say_how_long_events_are_kept() {
    let server = start().await;
    let admin = server.admin().await;
    let told = "{ workspace { retention { auditDays securityEventDays statisticsDays } } }";
    let kept = async || server.data(&admin, told, Value::Null).await["workspace"]["retention"].clone();
    assert_eq!(
        kept().await,
        json!({ "auditDays": null, "securityEventDays": null, "statisticsDays": null }),
        "for ever"
    );
    for (retention, audit, security) in [
        (json!({ "auditDays": 365 }), json!(365), Value::Null),
        (json!({ "securityEventDays": 1 }), json!(365), json!(1)),
        (json!({ "auditDays": 3650 }), json!(3650), json!(1)),
        (json!({}), json!(3650), json!(1)),
        (Value::Null, json!(3650), json!(1)),
        (json!({ "auditDays": null, "securityEventDays": 30 }), Value::Null, json!(30)),
    ] {
        let data = server.data(&admin, UPDATE, json!({ "input": { "retention": retention } })).await;
        let expected = json!({ "auditDays": audit, "securityEventDays": security, "statisticsDays": null });
        assert_eq!(data["updateWorkspace"]["workspace"]["retention"], expected, "{retention}");
        assert_eq!(kept().await, expected);
    }
    for field in ["auditDays", "securityEventDays", "statisticsDays"] {
        for days in [i32::MIN, -1, 0, 3651, i32::MAX] {
            let input = json!({ "name": "Other", "retention": { field: days } });
            let refusal = server.refusal(&admin, UPDATE, json!({ "input": input })).await;
            assert_eq!(refusal, ("INVALID_LIMIT".into(), vec!["retention".into(), field.into()]), "{days}");
        }
    }
    let both = json!({ "input": { "retention": { "auditDays": 0, "securityEventDays": 0 } } });
    let refused = server.data(&admin, UPDATE, both).await["updateWorkspace"]["userErrors"].clone();
    assert_eq!(refused.as_array().unwrap().len(), 2, "{refused}");
    assert_eq!(
        kept().await,
        json!({ "auditDays": null, "securityEventDays": 30, "statisticsDays": null }),
        "nothing has changed"
    );

    let days = json!({ "input": { "retention": { "statisticsDays": 90 } } });
    server.data(&admin, UPDATE, days).await;
    assert_eq!(kept().await, json!({ "auditDays": null, "securityEventDays": 30, "statisticsDays": 90 }));

    let events = "{ securityEvents(filter: { action: SETTINGS_CHANGED }) { nodes { changes { field from to } } } }";
    let events = server.data(&admin, events, Value::Null).await["securityEvents"]["nodes"].clone();
    let change =
        |field: &str, from: Value, to: Value| json!({ "field": format!("retention.{field}"), "from": from, "to": to });
    let expected = [
        json!([change("statisticsDays", Value::Null, json!("90"))]),
        json!([change("auditDays", json!("3650"), Value::Null), change("securityEventDays", json!("1"), json!("30"))]),
        json!([change("auditDays", json!("365"), json!("3650"))]),
        json!([change("securityEventDays", Value::Null, json!("1"))]),
        json!([change("auditDays", Value::Null, json!("365"))]),
    ];
    let changes: Vec<&Value> = events.as_array().unwrap().iter().map(|event| &event["changes"]).collect();
    assert_eq!(changes, expected.iter().collect::<Vec<_>>());

    let editor = server.user(&admin, "Eddi", "EDITOR").await;
    let input = json!({ "input": { "retention": { "auditDays": 1 } } });
    let refused = server.call(&editor, UPDATE, input).await;
    assert_eq!(refused["errors"][0]["extensions"]["code"], "FORBIDDEN");
    assert_eq!(kept().await["auditDays"], Value::Null);
}
