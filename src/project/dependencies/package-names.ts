/** Packages that are imported by another name than they are installed by. */
const NAMES: Readonly<Record<string, string>> = {
  sklearn: "scikit-learn",
  skimage: "scikit-image",
  imblearn: "imbalanced-learn",
  cv2: "opencv-python-headless",
  PIL: "pillow",
  yaml: "pyyaml",
  bs4: "beautifulsoup4",
  dotenv: "python-dotenv",
  dateutil: "python-dateutil",
  hydra: "hydra-core",
  umap: "umap-learn",
  attr: "attrs",
  jwt: "pyjwt",
  pkg_resources: "setuptools",
  mpl_toolkits: "matplotlib",
  pytorch_lightning: "pytorch-lightning",
  sentence_transformers: "sentence-transformers",
};

/** One text for all spellings of a package's name in the index (PEP 503): `scikit-learn` for `Scikit_Learn`. */
export const normalName = (name: string): string => name.toLowerCase().replace(/[-_.]+/g, "-");

/** The name by which an imported module's package is installed. */
export const packageOf = (module: string): string => NAMES[module] ?? module;
