//! Takes connections, and stops without losing what it has taken.
//!
//! `axum::serve` would do, but for three limits: how slowly a head may arrive, how long an answer may wait for its
//! reader, and how long the end may take.

use std::{io, net::SocketAddr, pin::pin, sync::Arc, time::Duration};

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
};
use tokio_io_timeout::TimeoutStream;
use tower_http::add_extension::AddExtension;

use super::{
    State, limits,
    linger::Lingering,
    observe::Peer,
    settings::{Admin, Settings},
};

/// A pause after a connection could not be taken, most likely for want of files: others must end first.
const PAUSE: Duration = Duration::from_millis(50);

/// How long connections are still taken after the service was asked to stop.
const LAST_MOMENT: Duration = Duration::from_millis(50);

/// A service that holds its ports.
#[derive(Debug)]
pub struct Server {
    public: TcpListener,
    admin: Option<TcpListener>,
    connections: Arc<Semaphore>,
    state: Arc<State>,
}

/// A port that cannot be had.
#[derive(Debug, thiserror::Error)]
#[error("cannot listen at {address}; is it in use?")]
pub struct BindError {
    address: SocketAddr,
    source: io::Error,
}

impl Server {
    /// Takes the ports. Nothing is answered before [`Self::run`].
    ///
    /// # Errors
    ///
    /// When a port is in use or not ours to take.
    pub async fn bind(settings: &Settings, state: Arc<State>) -> Result<Self, BindError> {
        let admin = match settings.admin_bind {
            Admin::Off => None,
            Admin::At(address) => Some(listen(address).await?),
        };
        Ok(Self {
            public: listen(settings.bind).await?,
            admin,
            connections: Arc::new(Semaphore::new(settings.connections)),
            state,
        })
    }

    /// Where pages and API, and where metrics are served: tells the port where 0 was asked for.
    ///
    /// # Errors
    ///
    /// When the system does not know.
    pub fn addresses(&self) -> io::Result<(SocketAddr, Option<SocketAddr>)> {
        let admin = self.admin.as_ref().map(TcpListener::local_addr).transpose()?;
        Ok((self.public.local_addr()?, admin))
    }

    /// Answers until `stop` ends; then takes nothing new, and gives what runs [`limits::SHUTDOWN_TIME`]. Returns whether
    /// all of it was answered.
    pub async fn run(self, stop: impl Future<Output = ()>) -> bool {
        let graceful = GracefulShutdown::new();
        let public = super::router(Arc::clone(&self.state));
        let admin = super::admin_router(Arc::clone(&self.state));
        // A few for those who look after the service, even when the public takes all the others.
        let few = Arc::new(Semaphore::new(limits::ADMIN_CONNECTIONS));
        tokio::select! {
            () = stop => {}
            () = take(&self.public, &public, &self.connections, &graceful, &self.state) => {}
            () = take_some(self.admin.as_ref(), &admin, &few, &graceful, &self.state) => {}
        }
        // The system took some for us that we have not taken yet.
        let rest = take(&self.public, &public, &self.connections, &graceful, &self.state);
        tokio::time::timeout(LAST_MOMENT, rest).await.ok();
        drop((self.public, self.admin));
        self.state.stopping().cancel();
        tracing::info!(connections = graceful.count(), "stopping");
        let ended = tokio::time::timeout(limits::SHUTDOWN_TIME, graceful.shutdown()).await;
        ended.is_ok()
    }
}

async fn listen(address: SocketAddr) -> Result<TcpListener, BindError> {
    TcpListener::bind(address).await.map_err(|source| BindError { address, source })
}

async fn take_some(
    listener: Option<&TcpListener>,
    router: &Router,
    places: &Arc<Semaphore>,
    graceful: &GracefulShutdown,
    state: &Arc<State>,
) {
    match listener {
        Some(listener) => take(listener, router, places, graceful, state).await,
        None => std::future::pending().await,
    }
}

/// Takes connections for as long as it is waited for.
async fn take(
    listener: &TcpListener,
    router: &Router,
    places: &Arc<Semaphore>,
    graceful: &GracefulShutdown,
    state: &Arc<State>,
) {
    loop {
        let place = Arc::clone(places).acquire_owned().await.expect("it is never closed");
        match listener.accept().await {
            Ok((stream, peer)) => serve(stream, peer, router, graceful, Held::new(place, state)),
            Err(error) => {
                tracing::warn!(%error, "a connection could not be taken; if files are short, raise their limit");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

/// What a connection holds until it ends.
struct Held {
    _place: OwnedSemaphorePermit,
    state: Arc<State>,
}

impl Held {
    fn new(place: OwnedSemaphorePermit, state: &Arc<State>) -> Self {
        state.metrics().connections.inc();
        Self { _place: place, state: Arc::clone(state) }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.state.metrics().connections.dec();
    }
}

fn serve(
    stream: TcpStream,
    peer: SocketAddr,
    router: &Router,
    graceful: &GracefulShutdown,
    held: Held,
) {
    // Small answers leave at once. Where the system refuses, they leave a little later.
    stream.set_nodelay(true).ok();
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(limits::WRITE_TIME));
    let stream = TokioIo::new(Lingering::new(Box::pin(stream), limits::LINGER_TIME));
    let service = TowerToHyperService::new(AddExtension::new(router.clone(), Peer(peer.ip())));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits::HEAD_TIME)
        .serve_connection(stream, service);
    let watched = graceful.watch(connection);
    tokio::spawn(async move {
        // How a connection ended is its client's affair.
        pin!(watched).await.ok();
        drop(held);
    });
}
