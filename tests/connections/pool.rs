//! The pool of connections: each thread has its own part, and all of them together have one bound.

use futures::future::try_join_all;
use schema::{Database, Pool, Waits, ping};
use std::{sync::Arc, time::Duration};
use tests::{LONG, servers};
use tokio::sync::Barrier;

const SIZE: usize = 8;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn each_thread_may_have_all_connections_and_all_together_have_no_more() {
    let url = servers().database_url(&servers().new_database().await);
    let database: Database = url.parse().unwrap();
    let pool = Pool::new(&database, SIZE, Waits { connection: LONG, statement: LONG, lock: LONG }).unwrap();
    // Twice as many as there are want one, and each keeps it until another seven have one, too.
    let all_have_one = Arc::new(Barrier::new(SIZE));
    let many = (0..2 * SIZE).map(|_| {
        let (pool, all_have_one) = (pool.clone(), Arc::clone(&all_have_one));
        tokio::spawn(async move {
            let mut conn = pool.get().await.unwrap();
            all_have_one.wait().await;
            ping(&mut conn).await.unwrap();
        })
    });
    tokio::time::timeout(LONG, try_join_all(many)).await.expect("all get one in the end").unwrap();

    let mut all = Vec::new();
    for _ in 0..SIZE {
        all.push(pool.get().await.unwrap());
    }
    assert!(pool.get_within(Duration::from_millis(20)).await.unwrap().is_none());
    for conn in &mut all {
        ping(conn).await.unwrap();
    }
    let waiting = tokio::spawn({
        let pool = pool.clone();
        async move { ping(&mut pool.get().await.unwrap()).await.unwrap() }
    });
    all.pop();
    tokio::time::timeout(LONG, waiting).await.expect("a free one goes to whoever waits").unwrap();
    // A closed one makes room for another.
    all.pop().unwrap().close();
    ping(&mut pool.get().await.unwrap()).await.unwrap();
}
