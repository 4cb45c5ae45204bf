//! What an operator decides, and what holds where nothing was decided.
//!
//! ```text
//! flag, else environment variable ─► Choices ─┐
//!                               file ─► Choices ─┴─ or ─► settle ─► Settings, checked
//! ```

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    num::NonZeroUsize,
    path::PathBuf,
    str::FromStr,
};

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

/// Posts taken for each one that is scored. At about a millisecond each, the last waits some thirty.
const WAITING_FOR_EACH: usize = 32;

/// What was decided in one place: the command line with the environment, or a file. None is undecided.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, clap::Args)]
#[serde(deny_unknown_fields)]
pub struct Choices {
    /// Where the pages and the API are served [default: 127.0.0.1:8080]
    #[arg(long, env = "WASPADA_BIND", value_name = "ADDRESS", hide_env_values = true)]
    pub bind: Option<SocketAddr>,
    /// Where metrics are served, or `off`; keep it inside [default: 127.0.0.1:9090]
    #[arg(long, env = "WASPADA_ADMIN_BIND", value_name = "ADDRESS", hide_env_values = true)]
    pub admin_bind: Option<Admin>,
    /// Directory of a bundle; without it, the one compiled in
    #[arg(long, env = "WASPADA_MODEL", value_name = "DIR", hide_env_values = true)]
    pub model: Option<PathBuf>,
    /// Posts scored at the same time [default: one for each core]
    #[arg(long, env = "WASPADA_THREADS", value_name = "N", hide_env_values = true)]
    pub threads: Option<NonZeroUsize>,
    /// Posts taken at the same time: those scored and those that wait; more get 429 [default: 32 for each of `threads`]
    #[arg(long, env = "WASPADA_SCORINGS", value_name = "N", hide_env_values = true)]
    pub scorings: Option<NonZeroUsize>,
    /// Connections held at the same time; more wait to be taken [default: 10000]
    #[arg(long, env = "WASPADA_CONNECTIONS", value_name = "N", hide_env_values = true)]
    pub connections: Option<NonZeroUsize>,
    /// Requests of one client in a minute, on average; 0 sets no limit [default: 600]
    #[arg(long, env = "WASPADA_RATE_PER_MINUTE", value_name = "N", hide_env_values = true)]
    pub rate_per_minute: Option<u32>,
    /// Requests of one client at once, before the average counts [default: 120]
    #[arg(long, env = "WASPADA_RATE_BURST", value_name = "N", hide_env_values = true)]
    pub rate_burst: Option<u32>,
    /// Networks of our own proxies, whose `X-Forwarded-For` is believed, such as 127.0.0.1,10.0.0.0/8 [default: none]
    #[arg(
        long,
        env = "WASPADA_TRUSTED_PROXIES",
        value_name = "NETWORKS",
        value_delimiter = ',',
        hide_env_values = true
    )]
    pub trusted_proxies: Option<Vec<Network>>,
    /// Whether links that people paste are fetched [default: true]
    #[arg(long, env = "WASPADA_FETCH", value_name = "true|false", hide_env_values = true)]
    pub fetch: Option<bool>,
    /// Trainer's file of practice rounds for `/learn`, shown before ours [default: none]
    #[arg(long, env = "WASPADA_ROUNDS", value_name = "FILE", hide_env_values = true)]
    pub rounds: Option<PathBuf>,
    /// Which lines are logged: error, warn, info or debug [default: info]
    #[arg(long, env = "WASPADA_LOG", value_name = "LEVEL", hide_env_values = true)]
    pub log: Option<LogLevel>,
}

impl Choices {
    /// These, and those of `other` where these are silent.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            bind: self.bind.or(other.bind),
            admin_bind: self.admin_bind.or(other.admin_bind),
            model: self.model.or(other.model),
            threads: self.threads.or(other.threads),
            scorings: self.scorings.or(other.scorings),
            connections: self.connections.or(other.connections),
            rate_per_minute: self.rate_per_minute.or(other.rate_per_minute),
            rate_burst: self.rate_burst.or(other.rate_burst),
            trusted_proxies: self.trusted_proxies.or(other.trusted_proxies),
            fetch: self.fetch.or(other.fetch),
            rounds: self.rounds.or(other.rounds),
            log: self.log.or(other.log),
        }
    }

    /// The choices in the text of a TOML file.
    ///
    /// # Errors
    ///
    /// With line and column, when it is no TOML, or has a name or a value that does not fit.
    pub fn from_toml(text: &str) -> Result<Self, SettingsError> {
        toml::from_str(text).map_err(|error| SettingsError::Malformed { reason: error.to_string() })
    }

    /// The settings, with the defaults where nothing was decided.
    ///
    /// # Errors
    ///
    /// When two of them contradict each other.
    pub fn settle(self) -> Result<Settings, SettingsError> {
        let cores = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        let threads = self.threads.unwrap_or(cores).get();
        let networks = self.trusted_proxies.unwrap_or_default();
        Settings {
            bind: self.bind.unwrap_or(SocketAddr::from((Ipv4Addr::LOCALHOST, 8080))),
            admin_bind: self.admin_bind.unwrap_or(Admin::At((Ipv4Addr::LOCALHOST, 9090).into())),
            model: self.model,
            threads,
            scorings: self.scorings.map_or(WAITING_FOR_EACH * threads, NonZeroUsize::get),
            connections: self.connections.map_or(10_000, NonZeroUsize::get),
            rate_per_minute: self.rate_per_minute.unwrap_or(600),
            rate_burst: self.rate_burst.unwrap_or(120),
            trusted_proxies: networks.into_iter().map(|network| network.0).collect(),
            fetch: self.fetch.unwrap_or(true),
            rounds: self.rounds,
            log: self.log.unwrap_or(LogLevel::Info),
        }
        .checked()
    }
}

/// The settings of the service, checked.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Settings {
    /// Where the pages and the API are served.
    pub bind: SocketAddr,
    /// Where metrics are served.
    pub admin_bind: Admin,
    /// Directory of a bundle; `None` is the one compiled in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<PathBuf>,
    /// Posts scored at the same time.
    pub threads: usize,
    /// Posts taken at the same time: those scored and those that wait.
    pub scorings: usize,
    /// Connections held at the same time.
    pub connections: usize,
    /// Requests of one client in a minute, on average; 0 sets no limit.
    pub rate_per_minute: u32,
    /// Requests of one client at once, before the average counts.
    pub rate_burst: u32,
    /// Networks whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Whether links are fetched.
    pub fetch: bool,
    /// A trainer's file of practice rounds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rounds: Option<PathBuf>,
    /// Which lines are logged.
    pub log: LogLevel,
}

impl Settings {
    fn checked(self) -> Result<Self, SettingsError> {
        let (threads, scorings) = (self.threads, self.scorings);
        if scorings < threads {
            return Err(SettingsError::FewScorings { threads, scorings });
        }
        if self.rate_per_minute > 0 && self.rate_burst == 0 {
            return Err(SettingsError::NoBurst);
        }
        match self.admin_bind {
            Admin::At(address) if address == self.bind && address.port() != 0 => {
                Err(SettingsError::SameAddress { address })
            }
            _ => Ok(self),
        }
    }

    /// As a TOML file that gives these settings again.
    pub fn to_toml(&self) -> String {
        toml::to_string(self).expect("it has names for keys and plain values")
    }
}

/// Where metrics are served, if at all. Written as an address or `off`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Admin {
    /// Nowhere.
    Off,
    /// At a port of their own.
    At(SocketAddr),
}

impl FromStr for Admin {
    type Err = SettingsError;

    fn from_str(text: &str) -> Result<Self, SettingsError> {
        if text == "off" {
            return Ok(Self::Off);
        }
        let address =
            text.parse().map_err(|_| SettingsError::NotAnAddress { found: text.to_owned() })?;
        Ok(Self::At(address))
    }
}

impl TryFrom<String> for Admin {
    type Error = SettingsError;

    fn try_from(text: String) -> Result<Self, SettingsError> {
        text.parse()
    }
}

impl fmt::Display for Admin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Off => f.write_str("off"),
            Self::At(address) => address.fmt(f),
        }
    }
}

impl From<Admin> for String {
    fn from(admin: Admin) -> Self {
        admin.to_string()
    }
}

/// A network, or one address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Network(IpNet);

impl FromStr for Network {
    type Err = SettingsError;

    fn from_str(text: &str) -> Result<Self, SettingsError> {
        let text = text.trim();
        let address = text.parse::<IpAddr>().map(IpNet::from);
        let network = address.or_else(|_| text.parse::<IpNet>());
        network.map(Self).map_err(|_| SettingsError::NotANetwork { found: text.to_owned() })
    }
}

impl TryFrom<String> for Network {
    type Error = SettingsError;

    fn try_from(text: String) -> Result<Self, SettingsError> {
        text.parse()
    }
}

/// Which lines are logged: those of this level and the graver ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum LogLevel {
    /// Faults of the service.
    Error,
    /// What an operator should change.
    Warn,
    /// A line for each request.
    Info,
    /// More, for those who look for a fault.
    Debug,
}

/// Why there are no settings.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SettingsError {
    /// The file is no TOML, or something in it does not fit.
    #[error("{reason}")]
    Malformed {
        /// What the parser said, with line and column.
        reason: String,
    },
    /// Not `off`, and no address.
    #[error("`{found}` is no address; write `off`, or address and port such as 127.0.0.1:9090")]
    NotAnAddress {
        /// What was written.
        found: String,
    },
    /// Not a network.
    #[error("`{found}` is no network; write an address, or a network such as 10.0.0.0/8")]
    NotANetwork {
        /// What was written.
        found: String,
    },
    /// Fewer posts are taken than scored.
    #[error(
        "`scorings` is {scorings} and `threads` is {threads}; take at least as many posts as are scored at once"
    )]
    FewScorings {
        /// Posts scored at the same time.
        threads: usize,
        /// Posts taken at the same time.
        scorings: usize,
    },
    /// A rate that lets nothing through.
    #[error(
        "`rate_burst` is 0, which lets nothing through; set at least 1, or `rate_per_minute` to 0 for no limit"
    )]
    NoBurst,
    /// Metrics and pages at one address.
    #[error(
        "`bind` and `admin_bind` are both {address}; give them different ports, or set `admin_bind` to `off`"
    )]
    SameAddress {
        /// The address.
        address: SocketAddr,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settled(text: &str) -> Result<Settings, SettingsError> {
        Choices::from_toml(text)?.settle()
    }

    #[test]
    fn a_flag_wins_over_the_file_and_the_file_over_the_default() {
        let flags = Choices { rate_burst: Some(7), ..Choices::default() };
        let file = Choices::from_toml("rate_burst = 3\nthreads = 2").unwrap();
        let settings = flags.or(file).settle().unwrap();
        assert_eq!((settings.rate_burst, settings.threads, settings.scorings), (7, 2, 64));
        assert_eq!(settings.rate_per_minute, 600);
    }

    #[test]
    fn what_is_printed_gives_the_same_settings_again() {
        let text = "admin_bind = \"off\"\ntrusted_proxies = [\"127.0.0.1\", \"10.0.0.0/8\"]\nmodel = \"m\"";
        let settings = settled(text).unwrap();
        assert_eq!(settled(&settings.to_toml()), Ok(settings));
    }

    #[test]
    fn an_unknown_name_is_told_with_its_line() {
        let error = Choices::from_toml("threads = 2\nrate = 3").unwrap_err().to_string();
        assert!(error.contains("line 2") && error.contains("rate"), "{error}");
    }

    #[test]
    fn settings_that_contradict_each_other_are_refused() {
        for text in [
            "threads = 4\nscorings = 3",
            "rate_burst = 0",
            "bind = \"127.0.0.1:1\"\nadmin_bind = \"127.0.0.1:1\"",
            "admin_bind = \"on\"",
            "trusted_proxies = [\"10.0.0.0/99\"]",
        ] {
            let error = settled(text).unwrap_err().to_string();
            assert!(error.contains(';') || error.contains("line"), "{error}");
        }
    }
}
