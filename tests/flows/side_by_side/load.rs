//! A round of `./dev load`: owners and visitors use two processes of each kind, while each part has each of its faults once.

use tests::load::{Length, Plan, run};

#[tokio::test]
async fn whatever_part_breaks_nothing_is_lost_or_wrongly_shown() {
    let seed = std::env::var("VITRINE_FAULT_SEED").ok().and_then(|seed| seed.parse().ok());
    let plan = Plan {
        program: env!("CARGO_BIN_EXE_vitrine-under-test").into(),
        length: Length::Round,
        seed: seed.unwrap_or_else(|| uuid::Uuid::new_v4().as_u64_pair().0),
    };
    let report = Box::pin(run(&plan)).await;
    println!("{report}");
    assert!(report.is_good(), "the report says what was wrong");
}
