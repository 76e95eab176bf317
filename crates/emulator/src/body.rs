//! A request's body, read with a limit and a time-out.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::Incoming;

use crate::received::Entry;

/// How long a client may send nothing in the middle of a body.
const PATIENCE: Duration = Duration::from_secs(60);

/// Why there is no body.
#[derive(Debug, PartialEq)]
pub(crate) enum NoBody {
    /// It is longer than the limit. It was read to its end all the same: who answers earlier
    /// cuts the client off in the middle of its sending, and the answer is lost.
    TooLarge,
    /// The client has gone or fell silent.
    Broken,
}

/// Reads a body whole, and tells the record how far it came.
pub(crate) async fn read(mut body: Incoming, limit: u64, entry: &Entry) -> Result<Bytes, NoBody> {
    let mut kept = BytesMut::new();
    let mut length = 0;
    while let Some(data) = next(&mut body).await? {
        length += data.len() as u64;
        entry.bytes(length);
        if length <= limit {
            kept.extend_from_slice(&data);
        } else {
            kept = BytesMut::new();
        }
    }
    if length > limit {
        return Err(NoBody::TooLarge);
    }
    Ok(kept.freeze())
}

async fn next(body: &mut Incoming) -> Result<Option<Bytes>, NoBody> {
    loop {
        let frame = tokio::time::timeout(PATIENCE, body.frame())
            .await
            .map_err(|_| NoBody::Broken)?;
        match frame {
            None => return Ok(None),
            Some(Err(_)) => return Err(NoBody::Broken),
            Some(Ok(frame)) => {
                // Trailers say nothing here.
                if let Ok(data) = frame.into_data() {
                    return Ok(Some(data));
                }
            }
        }
    }
}
