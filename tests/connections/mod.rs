//! How Postgres and Redis are reached: with TLS, with passwords that change, and through what stands between; and what is
//! not waited for.

mod bouncer;
mod pool;
mod postgres;
mod redis;
mod replica;
mod together;
mod unwell;
mod waits;
