//! The models with their weights, and how one of them is run.

use rten::{Model, ModelOptions, OpRegistry, RunOptions, ThreadPool, Value, op_types};
use std::{
    fmt, fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

/// The version of the models that come with the program. Raised with the weights, the alignment, the gate and the
/// thresholds: faces that were indexed with another version are indexed anew, and are compared only with their own kind.
pub const VERSION: i16 = 1;

/// The file of a folder of other weights that has their version, a number.
const VERSION_FILE: &str = "version";

const DETECTION: (&str, &[u8]) = ("detection.onnx", include_bytes!("../weights/detection.onnx"));
const LANDMARKS: (&str, &[u8]) = ("landmarks.onnx", include_bytes!("../weights/landmarks.onnx"));
const RECOGNITION: (&str, &[u8]) = ("recognition.onnx", include_bytes!("../weights/recognition.onnx"));

/// Why the models cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// A file cannot be read.
    #[error("{} cannot be read: {source}", file.display())]
    Unreadable {
        /// Its path.
        file: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file is there, and does not have what is needed.
    #[error("{} is not what is needed: {reason}", file.display())]
    Unusable {
        /// Its path, or its name if it comes with the program.
        file: PathBuf,
        /// What is wrong with it, for people.
        reason: String,
    },
}

/// A model did not run, because it does not fit the program; that does not depend on the picture.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a model did not run: {0}")]
pub struct FindError(String);

/// The loaded models. A clone is cheap and shares them, and several threads can use them at once.
#[derive(Clone)]
pub struct Models {
    pub(crate) detection: Arc<Network>,
    pub(crate) landmarks: Arc<Network>,
    pub(crate) recognition: Arc<Network>,
    version: i16,
}

impl fmt::Debug for Models {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Models").field("version", &self.version).finish_non_exhaustive()
    }
}

impl Models {
    /// Loads the models that come with the program, or those of the same names in a folder. Takes some tenths of a second
    /// and some 100 MB: a process does it once, and only when it looks for faces.
    pub fn load(folder: Option<&Path>) -> Result<Models, LoadError> {
        let network = |(name, ours)| Network::load(folder, name, ours).map(Arc::new);
        let models = Models {
            detection: network(DETECTION)?,
            landmarks: network(LANDMARKS)?,
            recognition: network(RECOGNITION)?,
            version: version(folder)?,
        };
        models.try_each(folder)?;
        Ok(models)
    }

    /// To be stored with each embedding. Embeddings of different versions have nothing to do with each other.
    pub fn version(&self) -> i16 {
        self.version
    }

    /// Runs each model once, so that one that does not fit the program is refused now, and not at each picture.
    fn try_each(&self, folder: Option<&Path>) -> Result<(), LoadError> {
        let core = Core::new();
        let tried = |name: &str, result: Result<bool, FindError>| match result {
            Ok(true) => Ok(()),
            Ok(false) => Err(unusable(folder, name, "it answers in another form")),
            Err(FindError(reason)) => Err(unusable(folder, name, reason)),
        };
        tried(DETECTION.0, crate::detect::fits(self, &core))?;
        tried(LANDMARKS.0, crate::landmarks::fits(self, &core))?;
        tried(RECOGNITION.0, crate::likeness::fits(self, &core))
    }
}

/// The version of the models that `Models::load` would load, without loading them. The one of a folder is the number in
/// its file `version`; who puts other weights there raises it.
pub fn version(folder: Option<&Path>) -> Result<i16, LoadError> {
    let Some(folder) = folder else { return Ok(VERSION) };
    let file = folder.join(VERSION_FILE);
    let text = fs::read_to_string(&file).map_err(|source| LoadError::Unreadable { file: file.clone(), source })?;
    let reason = format!("it has no number from 0 to {}", i16::MAX);
    text.trim().parse().ok().filter(|version| *version >= 0).ok_or(LoadError::Unusable { file, reason })
}

fn unusable(folder: Option<&Path>, name: &str, reason: impl ToString) -> LoadError {
    let file = folder.map_or_else(|| name.into(), |folder| folder.join(name));
    LoadError::Unusable { file, reason: reason.to_string() }
}

/// The one core on which a picture is worked on. Who wants more asks for several pictures at once.
pub(crate) struct Core(Arc<ThreadPool>);

impl Core {
    pub(crate) fn new() -> Core {
        Core(Arc::new(ThreadPool::with_num_threads(1)))
    }
}

/// One model.
pub(crate) struct Network(Model);

impl Network {
    fn load(folder: Option<&Path>, name: &str, ours: &'static [u8]) -> Result<Network, LoadError> {
        let options = options();
        let loaded = match folder {
            None => options.load_static_slice(ours),
            Some(folder) => {
                let file = folder.join(name);
                options.load(fs::read(&file).map_err(|source| LoadError::Unreadable { file, source })?)
            }
        };
        loaded.map(Network).map_err(|error| unusable(folder, name, error))
    }

    /// The outputs of these names for one picture of this size, which is given by its three colours one after the other.
    pub(crate) fn run<const RANK: usize, const N: usize>(
        &self,
        core: &Core,
        (width, height): (usize, usize),
        colours: Vec<f32>,
        outputs: [&str; N],
    ) -> Result<[Output<RANK>; N], FindError> {
        let picture = Value::from_shape([1, 3, height, width], colours).map_err(failed)?;
        let input = self.0.node_id("x").map_err(failed)?;
        let mut ids = Vec::with_capacity(N);
        for name in outputs {
            ids.push(self.0.node_id(name).map_err(failed)?);
        }
        let options = RunOptions::default().with_thread_pool(Some(Arc::clone(&core.0)));
        let mut found = Vec::with_capacity(N);
        for value in self.0.run(vec![(input, picture.into())], &ids, Some(options)).map_err(failed)? {
            let (shape, numbers) = value.into_shape_vec().map_err(failed)?;
            found.push(Output { shape, numbers });
        }
        found.try_into().map_err(|_| FindError("it has other outputs".into()))
    }
}

/// What a model says of a picture.
pub(crate) struct Output<const RANK: usize> {
    pub(crate) shape: [usize; RANK],
    pub(crate) numbers: Vec<f32>,
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn failed(error: impl ToString) -> FindError {
    FindError(error.to_string())
}

/// The operators that the models use, so that no others are in the program.
fn options() -> ModelOptions {
    ModelOptions::with_ops(OpRegistry::with_ops(&[
        &op_types::Add,
        &op_types::AveragePool,
        &op_types::BatchNormalization,
        &op_types::Conv,
        &op_types::ConvTranspose,
        &op_types::DequantizeLinear,
        &op_types::Flatten,
        &op_types::Gemm,
        &op_types::GlobalAveragePool,
        &op_types::MatMul,
        &op_types::MaxPool,
        &op_types::Pad,
        &op_types::Relu,
        &op_types::Sigmoid,
    ]))
}
