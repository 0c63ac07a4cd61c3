//! The files of a request: each is read when a resolver asks for it, and stored and hashed as it comes. The photo in which a
//! visitor searches for a person is only kept in the memory.
//!
//! Files that come before the requested one are stored until their own resolvers ask for them. Files that no resolver
//! has taken are deleted at the end, and also when the client hangs up.

use super::{file_name, head::shown, reader::Reader, slots::Slot};
use actix_multipart::Field;
use app::{Error, Services};
use bytes::Bytes;
use futures::StreamExt;
use graphql::upload::{FileRequest, Files, Received, Refusal, Wanted};
use std::{mem, pin::pin};
use storage::{Blob, FileWriter, Storage};
use tokio::sync::mpsc;

/// After how many bytes the room on the disk is checked again.
const ROOM_EVERY: u64 = 64 * 1024 * 1024;

/// The files of a running request.
pub(crate) struct FileParts {
    reader: Reader,
    files: Vec<File>,
    storage: Storage,
    min_free_disk: u64,
    /// Whether files may be stored, which those of a visitor are not.
    may_store: bool,
    files_channel: Option<Files>,
    requests: mpsc::Receiver<FileRequest>,
    /// Why the rest of the request is not read.
    stopped: Option<Refusal>,
    _slot: Slot,
}

/// A file that `map` names.
struct File {
    name: String,
    state: State,
}

enum State {
    /// Its part has not come yet.
    Awaited,
    /// It is stored, and waits for its resolver.
    Stored(Received),
    /// It came, and was empty.
    Empty,
    /// A resolver has taken it, or it could not be read.
    Taken,
}

impl FileParts {
    pub(super) fn new(
        reader: Reader,
        names: Vec<String>,
        (services, may_store): (&Services, bool),
        slot: Slot,
    ) -> Self {
        let (files_channel, requests) = Files::channel();
        Self {
            reader,
            files: names.into_iter().map(|name| File { name, state: State::Awaited }).collect(),
            storage: services.storage.clone(),
            min_free_disk: services.limits.min_free_disk,
            may_store,
            files_channel: Some(files_channel),
            requests,
            stopped: None,
            _slot: slot,
        }
    }

    /// The channel by which the operation's resolvers ask for files.
    pub(crate) fn files(&mut self) -> Option<Files> {
        self.files_channel.take()
    }

    /// Runs the operation, and reads the files that its resolvers ask for.
    pub(crate) async fn serve<T>(&mut self, operation: impl Future<Output = T>) -> T {
        let mut operation = pin!(operation);
        let response = loop {
            tokio::select! {
                response = &mut operation => break response,
                Some(wanted) = self.requests.recv() => {
                    let FileRequest { index, max_bytes, wanted } = wanted;
                    match wanted {
                        Wanted::Stored(answer) => {
                            let found = self.find(index, max_bytes).await;
                            if let Err(Ok(received)) = answer.send(found) {
                                delete(&self.storage, received).await;
                            }
                        }
                        // Whoever has hung up needs no photo.
                        Wanted::InMemory(answer) => drop(answer.send(self.find_next(index, max_bytes).await)),
                    }
                }
            }
        };
        for received in self.take_stored() {
            delete(&self.storage, received).await;
        }
        response
    }

    /// Why the request could not be read, if so.
    pub(crate) fn fault(&self) -> Option<&Error> {
        match &self.stopped {
            Some(Refusal::Failed(error)) => Some(error),
            _ => None,
        }
    }

    /// Reads parts until the requested file is stored.
    async fn find(&mut self, index: usize, most: u64) -> Result<Received, Refusal> {
        loop {
            let file = self.files.get_mut(index).ok_or(Refusal::Missing)?;
            match mem::replace(&mut file.state, State::Taken) {
                State::Stored(received) if received.file.byte_size > most => {
                    delete(&self.storage, received).await;
                    return Err(Refusal::TooLarge);
                }
                State::Stored(received) => return Ok(received),
                State::Empty => return Err(Refusal::Empty),
                State::Taken => return Err(Refusal::Taken),
                State::Awaited => file.state = State::Awaited,
            }
            if let Some(refusal) = &self.stopped {
                return Err(refusal.clone());
            }
            if let Err(refusal) = self.read_file(index, most).await {
                self.stop(&refusal);
                return Err(refusal);
            }
        }
    }

    /// Reads the requested file into the memory, if it is the next one.
    async fn find_next(&mut self, index: usize, most: u64) -> Result<Bytes, Refusal> {
        let file = self.files.get(index).ok_or(Refusal::Missing)?;
        match file.state {
            State::Awaited => {}
            State::Empty => return Err(Refusal::Empty),
            State::Taken => return Err(Refusal::Taken),
            State::Stored(_) => return Err(Refusal::NotNext),
        }
        if let Some(refusal) = &self.stopped {
            return Err(refusal.clone());
        }
        let read = self.read_into_memory(index, most).await;
        if let Err(refusal) = &read {
            self.stop(refusal);
        }
        read
    }

    /// Nothing more of the request is read, because of a file that was refused.
    fn stop(&mut self, refusal: &Refusal) {
        self.stopped = Some(match refusal {
            Refusal::TooLarge | Refusal::NotNext => Refusal::AfterRefused,
            other => other.clone(),
        });
    }

    async fn read_into_memory(&mut self, wanted: usize, most: u64) -> Result<Bytes, Refusal> {
        let (part, is_last) = self.next_part(wanted).await?;
        let index = self.place(&part)?;
        self.files[index].state = State::Taken;
        if index != wanted {
            return Err(Refusal::NotNext);
        }
        if is_last && self.reader.to_come() > most {
            return Err(Refusal::TooLarge);
        }
        let mut file = Vec::new();
        self.take(part, is_last, most, async |_, bytes| {
            file.extend_from_slice(&bytes);
            Ok(())
        })
        .await?;
        if file.is_empty() { Err(Refusal::Empty) } else { Ok(file.into()) }
    }

    /// The next part, which holds some file, and whether it is the last one. `wanted` is the file that a resolver waits for.
    async fn next_part(&mut self, wanted: usize) -> Result<(Field, bool), Refusal> {
        let is_last = self.files.iter().filter(|file| matches!(file.state, State::Awaited)).count() == 1;
        let Some(part) = self.reader.next().await.map_err(Refusal::Failed)? else {
            let name = shown(&self.files[wanted].name);
            return Err(bad(format!("The file {name} that `map` names did not come.")));
        };
        Ok((part, is_last))
    }

    /// Reads the next file, whichever it is. `wanted` is the file that a resolver waits for.
    async fn read_file(&mut self, wanted: usize, most: u64) -> Result<(), Refusal> {
        let (part, is_last) = self.next_part(wanted).await?;
        if !self.may_store {
            return Err(Refusal::Failed(Error::Unauthenticated));
        }
        let index = self.place(&part)?;
        self.files[index].state = State::Taken;
        // The head of the part is read; the rest of the body is at least the file itself.
        let to_come = if is_last { self.reader.to_come() } else { 0 };
        if to_come > most {
            return Err(Refusal::TooLarge);
        }
        self.storage.check_free_space(to_come, self.min_free_disk).await.map_err(failed)?;
        let file_name = file_name::of(&part);
        let mut writer = self.storage.begin_file().await.map_err(failed)?;
        if let Err(refusal) = self.fill(&mut writer, part, is_last, most).await {
            writer.abort().await;
            let is_other = index != wanted && matches!(refusal, Refusal::TooLarge);
            let message = "A file that comes before the requested one is too large. Send the files in the order in \
                           which they are used.";
            return Err(if is_other { bad(message) } else { refusal });
        }
        self.files[index].state = if writer.byte_size() == 0 {
            writer.abort().await;
            State::Empty
        } else {
            State::Stored(Received { file_name, file: writer.finish().await.map_err(failed)? })
        };
        Ok(())
    }

    /// The index of the file that a part holds.
    fn place(&self, part: &Field) -> Result<usize, Refusal> {
        let name = part.name().unwrap_or_default();
        let Some(index) = self.files.iter().position(|file| file.name == name) else {
            return Err(bad(format!("`map` does not say where the file {} belongs.", shown(name))));
        };
        match self.files[index].state {
            State::Awaited => Ok(index),
            _ => Err(bad(format!("The file {} comes twice.", shown(name)))),
        }
    }

    /// Writes a whole part.
    async fn fill(&mut self, writer: &mut FileWriter, part: Field, is_last: bool, most: u64) -> Result<(), Refusal> {
        let mut unchecked = 0;
        self.take(part, is_last, most, async |parts, bytes| {
            unchecked += bytes.len() as u64;
            if unchecked > ROOM_EVERY {
                unchecked = 0;
                parts.storage.check_free_space(0, parts.min_free_disk).await.map_err(failed)?;
            }
            writer.write(bytes).await.map_err(failed)
        })
        .await
    }

    /// Hands a whole part to `keep`. Nothing may come after the last part.
    async fn take(
        &mut self,
        mut part: Field,
        is_last: bool,
        most: u64,
        mut keep: impl AsyncFnMut(&Self, Bytes) -> Result<(), Refusal>,
    ) -> Result<(), Refusal> {
        let mut kept = 0;
        while let Some(bytes) = part.next().await {
            let bytes = bytes.map_err(|error| Refusal::Failed(self.reader.explain(error)))?;
            let to_come = if is_last { self.reader.to_come() } else { 0 };
            kept += bytes.len() as u64;
            if kept + to_come > most {
                return Err(Refusal::TooLarge);
            }
            keep(self, bytes).await?;
        }
        drop(part);
        if is_last {
            if let Some(part) = self.reader.next().await.map_err(Refusal::Failed)? {
                self.place(&part)?;
            }
            self.reader.finish().await.map_err(Refusal::Failed)?;
        }
        Ok(())
    }

    fn take_stored(&mut self) -> Vec<Received> {
        let stored = self.files.iter_mut().filter_map(|file| match mem::replace(&mut file.state, State::Taken) {
            State::Stored(received) => Some(received),
            _ => None,
        });
        stored.collect()
    }
}

impl Drop for FileParts {
    /// Deletes the stored files also when the client has hung up.
    fn drop(&mut self) {
        for received in self.take_stored() {
            let storage = self.storage.clone();
            tokio::spawn(async move { delete(&storage, received).await });
        }
    }
}

async fn delete(storage: &Storage, received: Received) {
    if let Err(error) = storage.delete(Blob::File(received.file.id)).await {
        tracing::warn!(%error, "a file that no resolver took could not be deleted");
    }
}

fn failed(error: storage::StorageError) -> Refusal {
    Refusal::Failed(error.into())
}

fn bad(message: impl Into<String>) -> Refusal {
    Refusal::Failed(Error::BadInput(message.into()))
}
