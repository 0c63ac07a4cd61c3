//! What GraphQL clients see.

mod assets;
mod audit;
mod collections;
mod connections;
mod corpus;
mod errors;
mod isolation;
mod link_life;
mod links;
mod media_urls;
mod nested;
mod operations;
mod people;
mod plans;
mod preparation;
mod quota;
mod request_errors;
mod rights;
mod secrets;
mod share;
mod shared_link;
mod socket;
mod statements;
mod totals;
mod uploads;
mod watermark;
