//! The metrics of a replica: whether it answers, how far it is behind, and how many listings are read from it.

use app::listings::{Counted, Freshness};
use prometheus::{Gauge, IntCounterVec, IntGauge, Opts, Registry};

/// The metrics of a replica, for one scrape. What is not known is left out.
pub(super) fn measured((freshness, counted): &(Freshness, Counted)) -> prometheus::Result<Registry> {
    let registry = Registry::new();
    let up = IntGauge::new("vitrine_replica_up", "Whether the replica answered as a replica when it was last asked.")?;
    registry.register(Box::new(up.clone()))?;
    match freshness {
        Freshness::Behind { lag, bytes } => {
            up.set(1);
            let behind = IntGauge::new("vitrine_replica_lag_bytes", "Bytes of WAL that the replica has not replayed.")?;
            behind.set(*bytes);
            registry.register(Box::new(behind))?;
            if let Some(lag) = lag {
                let seconds = Gauge::new("vitrine_replica_lag_seconds", "How old the state of the replica is.")?;
                seconds.set(lag.as_secs_f64());
                registry.register(Box::new(seconds))?;
            }
        }
        Freshness::Unknown | Freshness::Away(_) | Freshness::Unrelated(_) => up.set(0),
    }
    let listings = Opts::new("vitrine_listings_total", "Listings by the server that they were read from.");
    let listings = IntCounterVec::new(listings, &["from"])?;
    let Counted { from_replica, from_primary } = counted;
    listings.with_label_values(&["replica"]).inc_by(*from_replica);
    listings.with_label_values(&["primary"]).inc_by(*from_primary);
    registry.register(Box::new(listings))?;
    Ok(registry)
}
