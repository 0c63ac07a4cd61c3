//! The subscriptions, one file for each subject.

mod link_activity;
mod link_preparation;

use async_graphql::MergedSubscription;

/// The subscriptions.
#[derive(MergedSubscription, Default)]
pub(crate) struct Subscription(link_preparation::LinkPreparationSubscription, link_activity::LinkActivitySubscription);
