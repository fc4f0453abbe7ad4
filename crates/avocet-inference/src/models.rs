//! `Models`: several models of one kind by name.

use std::collections::BTreeMap;
use std::collections::hash_map::DefaultHasher;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use avocet_context::{Caller, Context};

use crate::error::InferenceError;
use crate::workers::Workers;

/// Several models of one kind by name: versions that share the requests, and aliases.
///
/// Models can be loaded and unloaded while the service runs. A clone is one pointer.
///
/// ```
/// use std::convert::Infallible;
///
/// use avocet_inference::{BatchFn, Models, workers};
///
/// fn model(name: &'static str) -> avocet_inference::Workers<BatchFn<u32, &'static str>> {
///     workers::batch(name, |_| Ok(()), move |(), inputs: &[u32]| Ok::<_, Infallible>(vec![name; inputs.len()]))
/// }
///
/// # #[tokio::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let models = Models::new().model(model("v1")).model(model("v2"));
/// models.start().await?;
/// // One request of ten uses the new version.
/// models.share("latest", [("v1", 9), ("v2", 1)])?;
/// let latest = models.get("latest").ok_or("there is none")?;
/// println!("{}", latest.run(7).await?);
/// # models.stop().await;
/// # Ok(())
/// # }
/// ```
pub struct Models<M>(Arc<RwLock<Table<M>>>);

struct Table<M> {
    models: BTreeMap<Arc<str>, Workers<M>>,
    aliases: BTreeMap<String, Alias>,
}

/// A name for one or several models.
struct Alias {
    /// The models, each with its share.
    shares: Vec<(Arc<str>, u32)>,
    /// Counts the requests without a caller.
    turns: AtomicU64,
}

/// A name is not that of a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownModel(String);

impl fmt::Display for UnknownModel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "there is no model with the name {:?}", self.0)
    }
}

impl std::error::Error for UnknownModel {}

impl<M> Default for Models<M> {
    fn default() -> Self {
        Self(Arc::new(RwLock::new(Table {
            models: BTreeMap::new(),
            aliases: BTreeMap::new(),
        })))
    }
}

impl<M> Models<M> {
    /// Creates a table without models.
    ///
    /// ```
    /// let models = avocet_inference::Models::<avocet_inference::BatchFn<u32, u32>>::new();
    /// assert!(models.get("minilm").is_none());
    /// ```
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a model by the name of its workers, in place of one with the same name.
    ///
    /// ```
    /// # use avocet_inference::{Models, Workers};
    /// # fn add<M>(small: Workers<M>, large: Workers<M>) -> Models<M> {
    /// Models::new().model(small).model(large)
    /// # }
    /// ```
    pub fn model(self, workers: Workers<M>) -> Self {
        self.write(|table| table.models.insert(workers.name().into(), workers));
        self
    }

    /// Sets an alias: a name whose requests are shared between models, for example one in ten for a new version. A share of 0 receives no
    /// requests.
    ///
    /// Requests of one [`Caller`] use the same model while the shares do not change.
    ///
    /// # Errors
    /// Fails if there is no model with one of the names, or all shares are 0 ([`UnknownModel`] then has the alias).
    ///
    /// ```
    /// # use avocet_inference::{Models, UnknownModel};
    /// # fn canary<M>(models: &Models<M>) -> Result<(), UnknownModel> {
    /// models.share("minilm", [("minilm-v1", 95), ("minilm-v2", 5)])
    /// # }
    /// ```
    pub fn share<'a>(
        &self,
        alias: impl Into<String>,
        shares: impl IntoIterator<Item = (&'a str, u32)>,
    ) -> Result<(), UnknownModel> {
        let alias = alias.into();
        self.write(|table| {
            let known = |(name, share): (&str, u32)| match table.models.get_key_value(name) {
                Some((name, _)) => Ok((Arc::clone(name), share)),
                None => Err(UnknownModel(name.to_owned())),
            };
            let shares: Vec<_> = shares.into_iter().map(known).collect::<Result<_, _>>()?;
            if shares.iter().all(|(_, share)| *share == 0) {
                return Err(UnknownModel(alias));
            }
            table.aliases.insert(
                alias,
                Alias {
                    shares,
                    turns: AtomicU64::new(0),
                },
            );
            Ok(())
        })
    }

    /// Returns the model of a name or an alias, for the caller of the current [`Context`].
    ///
    /// ```
    /// # use avocet_inference::{BatchFn, InferenceError, Models};
    /// # async fn embed(models: Models<BatchFn<String, Vec<f32>>>, model: &str, text: String) -> Option<Result<Vec<f32>, InferenceError>> {
    /// Some(models.get(model)?.run(text).await)
    /// # }
    /// ```
    pub fn get(&self, name: &str) -> Option<Workers<M>> {
        let table = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(workers) = table.models.get(name) {
            return Some(workers.clone());
        }
        let alias = table.aliases.get(name)?;
        let caller = Context::with_current(|context| context.caller().cloned()).flatten();
        table.models.get(alias.model(caller.as_ref())?).cloned()
    }

    /// Returns the names of all models, without aliases.
    ///
    /// ```
    /// # fn log<M>(models: &avocet_inference::Models<M>) {
    /// println!("{}", models.names().join(", "));
    /// # }
    /// ```
    pub fn names(&self) -> Vec<String> {
        let table = self.0.read().unwrap_or_else(PoisonError::into_inner);
        table.models.keys().map(ToString::to_string).collect()
    }

    /// Returns all models.
    ///
    /// ```
    /// # fn log<M>(models: &avocet_inference::Models<M>) {
    /// for model in models.all() {
    ///     println!("{}: {:?}", model.name(), model.ready());
    /// }
    /// # }
    /// ```
    pub fn all(&self) -> Vec<Workers<M>> {
        let table = self.0.read().unwrap_or_else(PoisonError::into_inner);
        table.models.values().cloned().collect()
    }

    /// Loads all models, one after the other.
    ///
    /// # Errors
    /// Fails with the first model that cannot be loaded. Those before it run.
    ///
    /// ```
    /// # async fn start<M>(models: avocet_inference::Models<M>) -> Result<(), avocet_inference::InferenceError> {
    /// models.start().await
    /// # }
    /// ```
    pub async fn start(&self) -> Result<(), InferenceError> {
        for workers in self.all() {
            workers.start().await?;
        }
        Ok(())
    }

    /// Stops all models together.
    ///
    /// ```
    /// # async fn stop<M>(models: avocet_inference::Models<M>) {
    /// models.stop().await;
    /// # }
    /// ```
    pub async fn stop(&self) {
        let all = self.all();
        // Each begins to stop before the first one is awaited.
        all.iter().for_each(Workers::close);
        for workers in all {
            workers.stop().await;
        }
    }

    /// Loads a model, and adds it when it is ready. One with the same name is [unloaded](Self::unload).
    ///
    /// # Errors
    /// Fails if the model cannot be loaded. The table does not change then.
    ///
    /// ```
    /// # use avocet_inference::{InferenceError, Models, Workers};
    /// # async fn add<M>(models: Models<M>, minilm: Workers<M>) -> Result<(), InferenceError> {
    /// models.load(minilm).await
    /// # }
    /// ```
    pub async fn load(&self, workers: Workers<M>) -> Result<(), InferenceError> {
        workers.start().await?;
        let old = self.write(|table| table.models.insert(workers.name().into(), workers));
        if let Some(old) = old {
            old.stop().await;
        }
        Ok(())
    }

    /// Removes a model and its shares of aliases. It completes the requests that it has accepted, then frees its memory.
    ///
    /// A handle that [`get`](Self::get) returned before is rejected with [`NotReady`](InferenceError::NotReady) afterwards. To replace a model
    /// without that, use [`Workers::swap`].
    ///
    /// # Errors
    /// Fails if there is no model with this name.
    ///
    /// ```
    /// # use avocet_inference::{Models, UnknownModel};
    /// # async fn remove<M>(models: Models<M>) -> Result<(), UnknownModel> {
    /// models.unload("minilm-v1").await
    /// # }
    /// ```
    pub async fn unload(&self, name: &str) -> Result<(), UnknownModel> {
        let removed = self.write(|table| {
            for alias in table.aliases.values_mut() {
                alias.shares.retain(|(model, _)| **model != *name);
            }
            table
                .aliases
                .retain(|_, alias| alias.shares.iter().any(|(_, share)| *share > 0));
            table.models.remove(name)
        });
        match removed {
            Some(workers) => {
                workers.stop().await;
                Ok(())
            }
            None => Err(UnknownModel(name.to_owned())),
        }
    }

    fn write<R>(&self, change: impl FnOnce(&mut Table<M>) -> R) -> R {
        change(&mut self.0.write().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Alias {
    /// Returns the name of the model for a request.
    fn model(&self, caller: Option<&Caller>) -> Option<&str> {
        let total: u64 = self.shares.iter().map(|(_, share)| u64::from(*share)).sum();
        let turn = match caller {
            Some(caller) => {
                let mut hasher = DefaultHasher::new();
                caller.hash(&mut hasher);
                hasher.finish()
            }
            None => self.turns.fetch_add(1, Ordering::Relaxed),
        };
        let mut left = turn.checked_rem(total)?;
        for (name, share) in &self.shares {
            match left.checked_sub(u64::from(*share)) {
                Some(rest) => left = rest,
                None => return Some(name),
            }
        }
        None
    }
}

impl<M> Clone for Models<M> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<M> fmt::Debug for Models<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Models").field(&self.names()).finish()
    }
}
