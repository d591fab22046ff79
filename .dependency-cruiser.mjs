/**
 * The house rules of docs/architecture.md, executable. Every rule says why.
 */
const islands = {
  ingest: "^src/ingest/",
  casedb: "^src/casedb/",
  locks: "^src/analysis/locks/",
  detect: "^src/analysis/detect/",
  incident: "^src/analysis/incident/",
  diagnose: "^src/analysis/diagnose/",
  report: "^src/report/",
  topology: "^src/topology/",
  parquet: "^src/parquet/",
  openmetrics: "^src/openmetrics/",
  knowledge: "^src/advice/knowledge/",
};

const island = ([name, path]) => ({
  name: `${name}-is-an-island`,
  comment: "Rooms share contracts/ and base/ only, not even each other's types: any room can be replaced alone.",
  severity: "error",
  from: { path },
  to: { path: "^src/", pathNot: ["^src/contracts/", "^src/base/", path] },
});

const door = ([name, path]) => ({
  name: `${name}-has-one-door`,
  comment:
    "From outside only <room>/<room>.ts, so that a room's inside can change without anyone noticing. Ingest has a side door: its thread is started before the room is loaded.",
  severity: "error",
  from: { path: "^src/", pathNot: path },
  to: { path, pathNot: [`${path}${name}\\.ts$`, "^src/ingest/parse-thread\\.ts$"] },
});

const onlyIn = (name, modules, rooms, why) => ({
  name,
  comment: why,
  severity: "error",
  from: { path: "^src/", pathNot: rooms },
  to: { path: modules },
});

export default {
  forbidden: [
    {
      name: "no-cycles",
      comment: "A cycle means two files are one; the pipeline runs one way.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    ...Object.entries(islands).map(island),
    ...Object.entries(islands).map(door),
    {
      name: "contracts-depend-on-nothing",
      comment: "Shapes that cross a wall may not drag a room behind them.",
      severity: "error",
      from: { path: "^src/contracts/" },
      to: { path: "^src/", pathNot: "^src/contracts/" },
    },
    {
      name: "base-is-leaf",
      comment: "base/ is at the bottom: it may know the shapes and nothing else.",
      severity: "error",
      from: { path: "^src/base/" },
      to: { path: "^src/", pathNot: ["^src/base/", "^src/contracts/"] },
    },
    {
      name: "cli-goes-through-the-pipeline",
      comment: "bin -> cli -> pipeline -> doors: what an operator can ask for is one file in pipeline/.",
      severity: "error",
      from: { path: "^src/cli/" },
      to: { path: "^src/", pathNot: ["^src/cli/", "^src/pipeline/", "^src/contracts/", "^src/base/"] },
    },
    {
      name: "nobody-walks-back",
      comment: "The pipeline does not know the front desk, rooms do not know the pipeline.",
      severity: "error",
      from: { path: "^src/", pathNot: ["^src/cli/", "^src/pipeline/"] },
      to: { path: ["^src/cli/", "^src/pipeline/"] },
    },
    {
      name: "pipeline-does-not-know-the-front-desk",
      comment: "Wiring must be callable without a terminal.",
      severity: "error",
      from: { path: "^src/pipeline/" },
      to: { path: "^src/cli/" },
    },
    onlyIn(
      "sqlite-lives-in-casedb",
      "better-sqlite3",
      ["^src/casedb/", "^src/advice/knowledge/(store|vectors)/"],
      "Replacing the database touches two folders: the case's, and that of the knowledge base.",
    ),
    onlyIn(
      "books-live-in-knowledge",
      "node_modules/(chromadb|@xenova|js-tiktoken|stemmer|marked|cheerio|pdfjs-dist|csv-parse)",
      "^src/advice/knowledge/",
      "Replacing a reader of documents, a tokenizer or the vector store touches one folder.",
    ),
    onlyIn("commander-lives-in-cli", "commander", "^src/cli/", "Flags are a matter of the front desk."),
    onlyIn(
      "archives-live-in-ingest",
      "node_modules/(tar-stream|yauzl|fzstd|xz-decompress|unbzip2-stream)",
      "^src/ingest/",
      "Hostile archives are handled in one place.",
    ),
    onlyIn(
      "parquet-lives-in-parquet",
      "node_modules/hyparquet",
      "^src/parquet/",
      "Replacing the file format of the fleet touches one folder.",
    ),
    {
      name: "decisions-do-no-io",
      comment: "Analysis and reports are pure: every decision can be tested with plain values.",
      severity: "error",
      from: { path: ["^src/analysis/", "^src/report/", "^src/openmetrics/"] },
      to: { dependencyTypes: ["core"], pathNot: "^(node:)?(util|assert)$" },
    },
    {
      name: "no-network",
      comment:
        "Log content stays on the host. Only the knowledge room knows connections: to a chroma server that the operator names, and to fetch a model when asked to.",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/advice/knowledge/(vectors|models)/" },
      to: { path: "^(node:)?(net|tls|http|https|http2|dgram|dns|inspector)$" },
    },
    {
      name: "no-child-processes",
      comment:
        "The analyser starts no programs; only live/ (later) runs p4, lslocks and lsof, and the knowledge room a chroma server when asked to.",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/advice/knowledge/vectors/" },
      to: { path: "^(node:)?child_process$" },
    },
    {
      name: "no-drawers",
      comment: "A file is named for its one subject; drawers collect everything.",
      severity: "error",
      from: {},
      to: { path: "^src/.*(^|/)(utils?|helpers?|common|shared|lib|index)(\\.ts|/)" },
    },
    {
      name: "incidents-know-no-answer",
      comment:
        "Labelled incidents are written from the domain; one constant shared with a detector and they prove nothing.",
      severity: "error",
      from: {
        path: ["^test/support/incidents/", "^test/support/fixture-scenarios/", "^test/support/evidence-writers/"],
      },
      to: { path: "^src/" },
    },
    {
      name: "the-score-goes-through-the-front-door",
      comment: "What is scored is what an operator gets, from the archive to the document.",
      severity: "error",
      from: { path: "^bench/rca" },
      to: { path: "^src/", pathNot: "^src/pipeline/analyze-evidence\\.ts$" },
    },
    {
      name: "no-dev-packages-in-src",
      comment: "An installed p4rca has only its dependencies.",
      severity: "error",
      from: { path: "^src/" },
      to: { dependencyTypes: ["npm-dev", "npm-no-pkg", "npm-unknown"], pathNot: "node_modules/@types/" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "default", "types"] },
  },
};
