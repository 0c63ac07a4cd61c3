//! What GraphQL clients see.

mod assets;
mod errors;
mod isolation;
mod links;
mod operations;
mod people;
mod secrets;
mod statements;
