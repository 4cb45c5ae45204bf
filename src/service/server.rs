//! Takes connections, and stops without losing what it has taken.

use std::{io, net::SocketAddr, pin::pin, sync::Arc};

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use tokio::net::{TcpListener, TcpStream};

use super::{State, limits};

/// A service that holds its port.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    state: Arc<State>,
}

impl Server {
    /// Takes the port. Nothing is answered before [`Self::run`].
    ///
    /// # Errors
    ///
    /// When the port is in use or not ours to take.
    pub async fn bind(address: SocketAddr, state: Arc<State>) -> io::Result<Self> {
        Ok(Self { listener: TcpListener::bind(address).await?, state })
    }

    /// Where it listens: tells the port when 0 was asked for.
    ///
    /// # Errors
    ///
    /// When the system does not know.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Answers until `stop` ends; then takes nothing new, and gives what runs [`limits::SHUTDOWN_TIME`]. Returns whether
    /// all of it was answered.
    pub async fn run(self, stop: impl Future<Output = ()>) -> bool {
        let router = super::router(self.state);
        let graceful = GracefulShutdown::new();
        let mut stop = pin!(stop);
        loop {
            tokio::select! {
                () = &mut stop => break,
                accepted = self.listener.accept() => match accepted {
                    Ok((stream, _)) => serve_connection(stream, &router, &graceful),
                    // Out of files: the others must end first.
                    Err(_) => tokio::time::sleep(std::time::Duration::from_millis(50)).await,
                },
            }
        }
        drop(self.listener);
        tokio::time::timeout(limits::SHUTDOWN_TIME, graceful.shutdown()).await.is_ok()
    }
}

fn serve_connection(stream: TcpStream, router: &Router, graceful: &GracefulShutdown) {
    // Small answers leave at once.
    stream.set_nodelay(true).ok();
    let service = TowerToHyperService::new(router.clone());
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits::HEAD_TIME)
        .serve_connection(TokioIo::new(stream), service);
    let watched = graceful.watch(connection);
    // How a connection ended is its client's affair.
    tokio::spawn(async move { watched.await.ok() });
}
