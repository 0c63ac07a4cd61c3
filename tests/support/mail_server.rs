//! A mail server for tests, which keeps what it gets.

use crate::LONG;
use mailin::{Action, Handler, Response, SessionBuilder, response};
use mailparse::MailHeaderMap;
use std::{
    io::{self, BufRead, BufReader},
    net::{IpAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex},
};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// A mail that arrived.
#[derive(Debug, Clone)]
pub struct Mail {
    /// The address to which it was sent.
    pub to: String,
    /// Its sender, as it says itself.
    pub from: String,
    /// Its subject.
    pub subject: String,
    /// Its text.
    pub text: String,
}

impl Mail {
    /// The link in its text.
    pub fn link(&self) -> &str {
        self.text.split_whitespace().find(|word| word.starts_with("http")).expect("a link")
    }
}

/// A mail server, whose thread ends with the process.
pub struct MailServer {
    /// Its address for clients.
    pub url: String,
    arrived: tokio::sync::Mutex<UnboundedReceiver<Mail>>,
    refusals: Arc<Mutex<Vec<(u16, &'static str)>>>,
}

impl MailServer {
    /// Starts a server on a port of its own.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("smtp://{}", listener.local_addr().expect("an address"));
        let (arriving, arrived) = unbounded_channel();
        let refusals = Arc::default();
        let session = Session { arriving, refusals: Arc::clone(&refusals), to: String::new(), data: Vec::new() };
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let session = session.clone();
                std::thread::spawn(move || session.converse(client));
            }
        });
        Self { url, arrived: tokio::sync::Mutex::new(arrived), refusals }
    }

    /// Refuses the next recipient for the moment.
    pub fn refuse_once(&self) {
        self.refusals.lock().expect("no panic").push((451, "busy"));
    }

    /// Refuses the next recipient for good.
    pub fn refuse_for_good(&self) {
        self.refusals.lock().expect("no panic").push((550, "no such mailbox"));
    }

    /// Waits for the next mail.
    pub async fn next(&self) -> Mail {
        let mut arrived = self.arrived.lock().await;
        tokio::time::timeout(LONG, arrived.recv()).await.expect("a mail arrives").expect("the server runs")
    }

    /// How many mails have arrived that nobody has read.
    pub async fn unread(&self) -> usize {
        self.arrived.lock().await.len()
    }
}

#[derive(Clone)]
struct Session {
    arriving: UnboundedSender<Mail>,
    refusals: Arc<Mutex<Vec<(u16, &'static str)>>>,
    to: String,
    data: Vec<u8>,
}

impl Session {
    fn converse(self, mut client: TcpStream) -> io::Result<()> {
        let mut lines = BufReader::new(client.try_clone()?);
        let mut session = SessionBuilder::new("mail.example.com").build(client.peer_addr()?.ip(), self);
        session.greeting().write_to(&mut client)?;
        let mut line = Vec::new();
        while lines.read_until(b'\n', &mut line)? > 0 {
            let answer = session.process(&line);
            line.clear();
            if answer.action != Action::NoReply {
                answer.write_to(&mut client)?;
            }
            if answer.action == Action::Close {
                break;
            }
        }
        Ok(())
    }
}

impl Handler for Session {
    fn helo(&mut self, _: IpAddr, _: &str) -> Response {
        response::OK
    }

    fn rcpt(&mut self, to: &str) -> Response {
        to.clone_into(&mut self.to);
        self.refusals
            .lock()
            .expect("no panic")
            .pop()
            .map_or(response::OK, |(code, text)| Response::custom(code, format!("<{to}> {text}")))
    }

    fn data_start(&mut self, _: &str, _: &str, _: bool, _: &[String]) -> Response {
        self.data.clear();
        response::OK
    }

    fn data(&mut self, line: &[u8]) -> io::Result<()> {
        self.data.extend_from_slice(line);
        Ok(())
    }

    fn data_end(&mut self) -> Response {
        let mail = mailparse::parse_mail(&self.data).expect("a mail");
        let header = |name: &str| mail.headers.get_first_value(name).unwrap_or_default();
        let text = mail.get_body().expect("a text");
        let arrived = Mail { to: self.to.clone(), from: header("From"), subject: header("Subject"), text };
        let _ = self.arriving.send(arrived);
        response::OK
    }
}
