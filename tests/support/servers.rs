//! The private servers of a run, and the databases on them.

use api::installation::servers::{Durability, PrivateServers};
use chrono::{DateTime, Utc};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use domain::{Role, UserId, WorkspaceId, password::Password};
use schema::{users::User, workspaces::Workspace};
use std::{
    fs,
    path::{Path, PathBuf},
    sync::{OnceLock, mpsc},
};
use uuid::Uuid;

const TEMPLATE: &str = "vitrine_template";

/// The settings of Postgres while statements are measured; the first needs a restart. Clean-up that begins by itself would
/// be in the way.
const MEASURED: [&str; 4] = [
    "ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'",
    "ALTER SYSTEM SET autovacuum = off",
    "ALTER ROLE vitrine SET pg_stat_statements.track_planning = on",
    "ALTER ROLE vitrine SET pg_stat_statements.track_utility = off",
];

/// The addresses of the servers of this run.
pub struct Servers {
    database_url: String,
    /// Redis, shared by all tests; each has a namespace.
    pub redis_url: String,
}

/// Whether the Postgres of this run adds up what its statements take.
static STATEMENTS_MEASURED: OnceLock<()> = OnceLock::new();

/// Has the Postgres of this run add up what each statement takes (`pg_stat_statements`), and do nothing by itself meanwhile.
/// To be called before anything asks for the servers.
pub fn measure_statements() {
    STATEMENTS_MEASURED.get_or_init(|| ());
}

/// The servers of this run, started at the first call.
pub fn servers() -> &'static Servers {
    static SERVERS: OnceLock<Servers> = OnceLock::new();
    SERVERS.get_or_init(|| {
        crate::statements::count_all();
        // What makes clients by itself needs it, too.
        let _ = rustls::crypto::ring::default_provider().install_default();
        // Some tests send a thousand requests at once.
        api::installation::open_files::raise_limit();
        let (ready, started) = mpsc::channel();
        // The servers are killed when the thread ends that started them; this thread lives as long as the process.
        std::thread::spawn(move || {
            let folder = folder();
            let start = || PrivateServers::start(&folder, Durability::Throwaway).expect("private servers start");
            let private = start();
            let servers =
                Servers { database_url: private.database_url().to_owned(), redis_url: private.redis_url().to_owned() };
            let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
            let _private = if STATEMENTS_MEASURED.get().is_some() {
                runtime.block_on(set_up_measurement(&servers));
                drop(private);
                start()
            } else {
                private
            };
            runtime.block_on(make_template(&servers));
            ready.send(servers).expect("somebody waits");
            loop {
                std::thread::park();
            }
        });
        started.recv().expect("private servers start")
    })
}

impl Servers {
    /// The address of one of the databases.
    pub fn database_url(&self, name: &str) -> String {
        self.database_url.replacen("postgres:///postgres?", &format!("postgres:///{name}?"), 1)
    }

    /// Creates a database from the template and returns its name.
    pub async fn new_database(&self) -> String {
        let name = format!("test_{}", Uuid::now_v7().simple());
        self.execute(&format!("CREATE DATABASE {name} TEMPLATE {TEMPLATE}")).await;
        name
    }

    /// Creates an empty database.
    pub async fn new_empty_database(&self) -> String {
        let name = format!("empty_{}", Uuid::now_v7().simple());
        self.execute(&format!("CREATE DATABASE {name} TEMPLATE template0")).await;
        name
    }

    async fn execute(&self, sql: &str) {
        let mut conn = AsyncPgConnection::establish(&self.database_url).await.expect("a connection");
        conn.batch_execute(sql).await.expect("the statement runs");
    }
}

/// Writes down the settings with which Postgres is to start again.
async fn set_up_measurement(servers: &Servers) {
    for statement in MEASURED {
        servers.execute(statement).await;
    }
}

/// A folder for this process. Folders of processes that do not exist any more are removed.
fn folder() -> PathBuf {
    let base = std::env::temp_dir().join(format!("vitrine-tests-{}", nix::unistd::geteuid()));
    for entry in fs::read_dir(&base).into_iter().flatten().flatten() {
        let alive = Path::new("/proc").join(entry.file_name()).exists();
        if cfg!(target_os = "linux") && !alive {
            // Another run may be removing it, too.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
    base.join(std::process::id().to_string())
}

/// The e-mail address of the administrator in the template.
pub const ADMIN_EMAIL: &str = "admin@example.com";
/// The administrator's password.
pub const ADMIN_PASSWORD: &str = "correct horse battery";

async fn make_template(servers: &Servers) {
    servers.execute(&format!("CREATE DATABASE {TEMPLATE} TEMPLATE template0")).await;
    let url = servers.database_url(TEMPLATE);
    schema::migrations::run(&url.parse().expect("an address")).await.expect("migrations run");
    let mut conn = AsyncPgConnection::establish(&url).await.expect("a connection");
    let hash = Password::for_user(ADMIN_PASSWORD, &[]).expect("a good password").hash();
    add_workspace(&mut conn, "VTR", ADMIN_EMAIL, &hash).await;
}

/// Adds a workspace with an administrator.
pub async fn add_workspace(
    conn: &mut AsyncPgConnection,
    prefix: &str,
    email: &str,
    password_hash: &str,
) -> WorkspaceId {
    let created_at: DateTime<Utc> = domain::Clock::system().now();
    let workspace = Workspace::new(&format!("Workspace {prefix}"), prefix, "Europe/Berlin", created_at);
    let id = workspace.id;
    let admin = User {
        id: UserId::new(),
        workspace_id: id,
        email: email.to_owned(),
        name: "Ada Admin".to_owned(),
        role: Role::Admin,
        password_hash: password_hash.to_owned(),
        created_at,
        disabled_at: None,
        deleted_at: None,
        invited_at: None,
    };
    schema::workspaces::insert(conn, workspace).await.expect("a workspace");
    assert!(schema::users::insert(conn, admin).await.expect("an administrator"));
    diesel::sql_query("ANALYZE").execute(conn).await.expect("statistics");
    id
}
