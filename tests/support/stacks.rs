//! For which part of a request a sampled stack was working, by the names of its functions.
//!
//! A stack is walked from the innermost function outwards, and the first one that belongs to a part decides: in Diesel
//! it is SQL, whichever resolver sent the statement. The other way round all would be HTTP, in which every request
//! begins. Functions that work for whoever calls them (the standard library, hashing, sockets and channels of Tokio)
//! belong to no part, so that their callers decide. So it is with the allocator and the kernel: what they do is counted
//! for the part that wanted it, and told beside it ([`Work`]). A function that the compiler has put into its caller
//! counts as that one.

/// The name of a part, and how the paths of its functions begin. The longest beginning that fits decides.
const PARTS: [(&str, &[&str]); 11] = [
    (
        "parse and validate",
        &["graphql::request", "graphql::gateway::Gateway::check", "apollo_compiler", "apollo_parser", "rowan"],
    ),
    (
        "caller: token, session, user, rates",
        &["api::graphql::caller", "app::sign_in", "app::client", "app::throttle", "schema::bearer_tokens"],
    ),
    ("SQL", &["schema", "diesel", "diesel_async", "tokio_postgres", "postgres_protocol", "postgres_types"]),
    ("pool of connections", &["deadpool", "schema::pool", "diesel_async::pooled_connection"]),
    ("loaders", &["graphql::loaders"]),
    ("resolvers", &["graphql", "app", "domain", "storage"]),
    ("executor (async-graphql)", &["async_graphql", "async_graphql_parser", "async_graphql_value", "graphql::gateway"]),
    ("JSON", &["serde_json", "serde", "serde_core"]),
    ("pages and their templates", &["api::pages", "askama", "askama_escape"]),
    (
        "HTTP (actix)",
        &[
            "api",
            "actix_codec",
            "actix_http",
            "actix_router",
            "actix_rt",
            "actix_server",
            "actix_service",
            "actix_utils",
            "actix_web",
            "http",
            "httparse",
        ],
    ),
    ("tasks and wake-ups (tokio)", &["tokio::runtime", "tokio::task", "mio"]),
];

/// The trait of async-graphql whose functions are what their type is: the resolvers of one of ours, and the executor.
const RESOLVERS_OF_A_TYPE: &str = "async_graphql::resolver_utils::container::ContainerType";

/// Where no function belongs to a part.
const OTHER: &str = "other";

/// How the names of the allocator's functions begin, in Rust, mimalloc and C.
const ALLOCATOR: [&str; 7] = ["mi_", "_mi_", "__rust_alloc", "__rust_dealloc", "__rust_realloc", "malloc", "free"];

/// The functions of the C library in which a stack ends while the kernel works.
const SYSTEM_CALLS: [&str; 26] = [
    "accept4",
    "clock_nanosleep",
    "close",
    "epoll_ctl",
    "epoll_pwait",
    "epoll_wait",
    "fcntl",
    "getrandom",
    "madvise",
    "mmap",
    "mprotect",
    "munmap",
    "poll",
    "read",
    "readv",
    "recv",
    "recvfrom",
    "recvmsg",
    "sched_yield",
    "send",
    "sendmsg",
    "sendto",
    "shutdown",
    "syscall",
    "write",
    "writev",
];

/// Who does the work for a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Work {
    /// Its own functions.
    Own,
    /// The allocator.
    Allocator,
    /// The kernel, in a system call.
    Kernel,
}

/// The names of all parts.
pub fn parts() -> impl Iterator<Item = &'static str> {
    PARTS.iter().map(|(part, _)| *part).chain([OTHER])
}

/// For which part this stack was working, and who did the work. The innermost function comes first.
pub fn classify(stack: &[impl AsRef<str>]) -> (&'static str, Work) {
    let names = || stack.iter().map(AsRef::as_ref);
    let allocates = |name: &str| ALLOCATOR.iter().any(|beginning| name.starts_with(beginning));
    let work = if names().next().is_some_and(is_system_call) {
        Work::Kernel
    } else if names().take_while(|name| part_of_function(name).is_none()).any(allocates) {
        Work::Allocator
    } else {
        Work::Own
    };
    (names().find_map(part_of_function).unwrap_or(OTHER), work)
}

/// The C library has several names for each of these functions, such as `__libc_send` and `__GI___libc_write`.
fn is_system_call(name: &str) -> bool {
    let name = ["GI_", "libc_"].iter().fold(name.trim_start_matches('_'), |name, beginning| {
        name.strip_prefix(beginning).unwrap_or(name).trim_start_matches('_')
    });
    SYSTEM_CALLS.contains(&name)
}

/// Of a function that a type has by a trait, the trait is asked before the type: how one of our types is read from a
/// row is SQL, and how it is written is JSON. Of what is dropped, it is the outermost type that belongs to a part.
fn part_of_function(name: &str) -> Option<&'static str> {
    if let Some(dropped) = name.strip_prefix("core::ptr::drop_in_place<") {
        return dropped.split(['<', ',', ' ', '(']).find_map(part_of_path);
    }
    match name.split_once("<impl ") {
        Some((_, trait_and_type)) => trait_and_type.split(" for ").find_map(part_of_path),
        None => name.rsplit(" as ").find_map(part_of_path),
    }
}

fn part_of_path(path: &str) -> Option<&'static str> {
    let path = path.trim_start_matches(['<', '&', '*', '(', '[']);
    let path = ["mut ", "dyn ", "const "].iter().fold(path, |path, word| path.strip_prefix(word).unwrap_or(path));
    let begins_with = |beginning: &str| {
        let rest = path.strip_prefix(beginning);
        rest.is_some_and(|rest| !rest.starts_with(|next: char| next.is_alphanumeric() || next == '_'))
    };
    if begins_with(RESOLVERS_OF_A_TYPE) {
        return None;
    }
    let all = PARTS.iter().flat_map(|(part, beginnings)| beginnings.iter().map(move |beginning| (*part, *beginning)));
    let longest = all.filter(|(_, beginning)| begins_with(beginning)).max_by_key(|(_, beginning)| beginning.len());
    longest.map(|(part, _)| part)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How all stacks of the server begin, which no part may be found in.
    const OUTERMOST: [&str; 6] = [
        "std::sys::backtrace::__rust_begin_short_backtrace",
        "core::ops::function::FnOnce::call_once{{vtable.shim}}",
        "<std::sys::thread::unix::Thread>::new::thread_start",
        "start_thread",
        "clone3",
        "Unknown",
    ];

    /// A task of the runtime, in which a request or a connection is.
    const TASK: [&str; 2] =
        ["tokio::runtime::task::raw::poll", "tokio::runtime::scheduler::current_thread::Context::run_task"];

    /// A request on its way in.
    const REQUEST: [&str; 8] = [
        "api::graphql::endpoint::post::{{closure}}",
        "actix_web::handler::handler_service::{{closure}}::{{closure}}",
        "<actix_web::resource::Resource<T> as actix_web::service::HttpServiceFactory>::register::{{closure}}",
        "api::pages::in_time::in_time::{{closure}}",
        "api::http::deadline::limit::{{closure}}",
        "<actix_service::map_err::MapErrFuture<A,Req,F,E> as core::future::future::Future>::poll",
        "actix_http::h1::dispatcher::InnerDispatcher<T,S,B,X,U>::poll_response",
        "<actix_http::h1::dispatcher::Dispatcher<T,S,B,X,U> as core::future::future::Future>::poll",
    ];

    /// A field whose resolver runs.
    const FIELD: [&str; 4] = [
        "async_graphql::resolver_utils::container::Fields::add_set::{{closure}}",
        "<futures_util::future::try_join_all::TryJoinAll<F> as core::future::future::Future>::poll",
        "graphql::types::link::_::<impl async_graphql::base::OutputType for graphql::types::link::Link>::resolve",
        "async_graphql::resolver_utils::list::resolve_list::{{closure}}",
    ];

    /// What the innermost functions of a stack are classified as, where these are around them.
    fn classified(innermost: &[&str], around: &[&str]) -> (&'static str, Work) {
        classify(&[innermost, around, &TASK, &OUTERMOST].concat())
    }

    #[test]
    fn functions_of_a_resolver_are_told_from_those_of_the_executor_around_it() {
        let resolver = "graphql::types::link::_::<impl async_graphql::resolver_utils::container::ContainerType for \
            graphql::types::link::Link>::resolve_field::{{closure}}";
        assert_eq!(classified(&[resolver], &FIELD), ("resolvers", Work::Own));
        assert_eq!(classified(&["__memcpy_avx512_unaligned_erms", resolver], &FIELD), ("resolvers", Work::Own));
        let grant = [
            "sha2::sha256::x86_sha::compress",
            "domain::token::ServerKey::mac",
            "domain::signature::Signed::left",
            "domain::grant::Scope::left",
            "app::visitor::grants::<impl app::visitor::open::Visit>::left",
        ];
        assert_eq!(classified(&grant, &FIELD), ("resolvers", Work::Own));
        assert_eq!(classified(&[], &FIELD), ("executor (async-graphql)", Work::Own));
        let merged = "<async_graphql::types::merged_object::MergedObject<A,B> as \
            async_graphql::resolver_utils::container::ContainerType>::resolve_field::{{closure}}";
        assert_eq!(classified(&[merged], &FIELD), ("executor (async-graphql)", Work::Own));
        let insert = [
            "hashbrown::raw::RawTable<T,A>::reserve_rehash",
            "indexmap::map::IndexMap<K,V,S>::insert_full",
            "async_graphql::resolver_utils::container::insert_value",
        ];
        assert_eq!(classified(&insert, &FIELD), ("executor (async-graphql)", Work::Own));
        let dropped =
            "core::ptr::drop_in_place<core::result::Result<async_graphql_value::ConstValue,app::error::Error>>";
        assert_eq!(classified(&[dropped], &REQUEST), ("executor (async-graphql)", Work::Own));
        let batch = "graphql::loaders::batch::Batch<Id,V>::load::{{closure}}::{{closure}}";
        assert_eq!(classified(&[batch], &[]), ("loaders", Work::Own));
    }

    #[test]
    fn the_database_is_found_below_resolvers_and_beside_them() {
        let row = [
            "postgres_types::Type::oid",
            "<diesel_async::pg::row::PgField as diesel::row::Field<diesel::pg::backend::Pg>>::value",
            "<T as diesel::deserialize::FromStaticSqlRow<ST,DB>>::build_from_row",
            "core::ops::function::FnOnce::call_once",
            "<diesel_async::run_query_dsl::utils::AndThen<F1,F2> as core::future::future::Future>::poll",
            "schema::link_listing::list::{{closure}}",
        ];
        assert_eq!(classified(&row, &FIELD), ("SQL", Work::Own));
        assert_eq!(classified(&row[2..], &FIELD), ("SQL", Work::Own));
        assert_eq!(classified(&row[5..], &FIELD), ("SQL", Work::Own));
        let id =
            "<domain::ids::AssetId as diesel::deserialize::FromSql<diesel::sql_types::Uuid,diesel::pg::Pg>>::from_sql";
        assert_eq!(classified(&[id], &FIELD), ("SQL", Work::Own));
        let send = [
            "__libc_send",
            "tokio::net::unix::stream::UnixStream::poll_write_priv",
            "<tokio_util::codec::framed_impl::FramedImpl<T,U,W> as futures_sink::Sink<I>>::poll_flush",
            "tokio_postgres::connection::Connection<S,T>::poll_message",
            "diesel_async::pg::drive_connection::{{closure}}",
        ];
        assert_eq!(classified(&send, &[]), ("SQL", Work::Kernel));
        let pool = [
            "diesel_async::pooled_connection::deadpool::<impl deadpool::managed::manager::Manager for \
                diesel_async::pooled_connection::AsyncDieselConnectionManager<C>>::recycle::{{closure}}",
            "deadpool::managed::pool::Pool<M,W>::timeout_get::{{closure}}",
            "app::sign_in::viewer::{{closure}}",
        ];
        assert_eq!(classified(&pool, &REQUEST), ("pool of connections", Work::Own));
        assert_eq!(classified(&pool[1..], &REQUEST), ("pool of connections", Work::Own));
        let caller = "caller: token, session, user, rates";
        assert_eq!(classified(&pool[2..], &REQUEST), (caller, Work::Own));
        assert_eq!(classified(&["schema::bearer_tokens::find_user::{{closure}}"], &REQUEST), (caller, Work::Own));
    }

    #[test]
    fn allocations_and_system_calls_count_for_the_part_that_wanted_them() {
        let url = [
            "mi_theap_umalloc",
            "_mi_theap_realloc_zero",
            "<alloc::raw_vec::RawVecInner>::finish_grow",
            "<alloc::string::String as core::fmt::Write>::write_str",
            "core::fmt::write",
            "alloc::fmt::format::format_inner",
            "app::visitor::shared_asset::<impl app::visitor::open::Visit>::file_url",
        ];
        assert_eq!(classified(&url, &FIELD), ("resolvers", Work::Allocator));
        let copied = ["__memcpy_avx512_unaligned_erms", "_mi_theap_realloc_zero"];
        assert_eq!(classified(&[&copied, &url[2..]].concat(), &FIELD), ("resolvers", Work::Allocator));
        assert_eq!(classified(&url[2..], &FIELD), ("resolvers", Work::Own));
        let returned = ["__GI_madvise", "_mi_prim_reset", "mi_free"];
        assert_eq!(classified(&returned, &FIELD), ("executor (async-graphql)", Work::Kernel));
        let answer = [
            "__libc_send",
            "tokio::net::unix::stream::UnixStream::poll_write_priv",
            "actix_http::h1::dispatcher::InnerDispatcher<T,S,B,X,U>::poll_flush",
        ];
        assert_eq!(classified(&answer, &REQUEST[7..]), ("HTTP (actix)", Work::Kernel));
        let woken = [
            "__GI___libc_write",
            "mio::sys::unix::waker::Waker::wake",
            "tokio::runtime::driver::IoHandle::unpark",
            "tokio::runtime::scheduler::current_thread::<impl tokio::runtime::task::Schedule for \
                alloc::sync::Arc<tokio::runtime::scheduler::current_thread::Handle>>::schedule",
            "tokio::runtime::task::waker::wake_by_val",
            "tokio_postgres::client::InnerClient::send",
        ];
        assert_eq!(classified(&woken, &FIELD), ("tasks and wake-ups (tokio)", Work::Kernel));
        let idle =
            ["epoll_wait", "tokio::runtime::io::driver::Driver::turn", "tokio::runtime::time::Driver::park_internal"];
        assert_eq!(classified(&idle, &[]), ("tasks and wake-ups (tokio)", Work::Kernel));
    }

    #[test]
    fn json_and_checks_are_found_and_a_name_is_never_taken_for_one_that_it_only_begins_like() {
        let value = "async_graphql_value::value_serde::<impl serde_core::ser::Serialize for \
            async_graphql_value::ConstValue>::serialize";
        let json = ["serde_json::ser::format_escaped_str_contents", value, "api::graphql::answer::answer"];
        assert_eq!(classified(&json, &REQUEST), ("JSON", Work::Own));
        assert_eq!(classified(&json[1..], &REQUEST), ("JSON", Work::Own));
        assert_eq!(classified(&json[2..], &REQUEST), ("HTTP (actix)", Work::Own));
        let check = [
            "indexmap::map::IndexMap<K,V,S>::get",
            "graphql::request::variables::Coercion::value",
            "graphql::request::Requests::check",
            "graphql::gateway::Gateway::check::{{closure}}",
        ];
        assert_eq!(classified(&check, &REQUEST), ("parse and validate", Work::Own));
        assert_eq!(classified(&check[3..], &REQUEST), ("parse and validate", Work::Own));
        let run = "graphql::gateway::Gateway::execute::{{closure}}";
        assert_eq!(classified(&[run], &REQUEST), ("executor (async-graphql)", Work::Own));
        assert_eq!(classify(&OUTERMOST), ("other", Work::Own));
        assert_eq!(classify(&["apple::peel", "schemata::list", "__send_later"]), ("other", Work::Own));
        assert_eq!(classify(&[""; 0]), ("other", Work::Own));
    }
}
