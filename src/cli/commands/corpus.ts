import { Command, Option } from "commander";
import { EXIT, OperatorError } from "../../base/errors.js";
import type { Intake, KnowledgePlace } from "../../contracts/knowledge.js";
import { applyCommon, type CommonFlags, wholeNumber, withCommonOptions } from "../common-options.js";
import type { Console } from "../console.js";
import { answerText } from "../format-answer.js";
import { asJson, deliver } from "../write-file.js";

interface CorpusFlags extends CommonFlags {
  readonly knowledge?: string;
  readonly site?: string;
  readonly embedding?: string;
  readonly reranker?: string;
  readonly chroma?: string;
}

interface AddFlags extends CorpusFlags {
  readonly trust?: Intake["trust"];
  readonly source?: string;
  readonly productVersion?: string;
}

interface EvalFlags extends CorpusFlags {
  readonly part: "all" | "chosen" | "held-out";
  readonly minRecall?: number;
  readonly missed?: boolean;
}

const ABOUT = `The knowledge base: articles that come with p4rca, and what a site adds. Search works with nothing else installed and opens
no connection. Documents of a site (--site) are found for that site alone.`;

const EXAMPLES = `
Examples:
  p4rca corpus search "who holds db.rev and blocks everybody?"
  p4rca corpus add admin-guide.pdf kb/ --source https://help.perforce.com
  p4rca corpus add tickets.csv slack-export/ past/incident.json --site acme
  p4rca corpus list --site acme
  p4rca corpus remove /srv/kb/old-article.html`;

export function corpusCommand(console: Console): Command {
  const corpus = new Command("corpus")
    .summary("the knowledge base: add documents, search them")
    .description(ABOUT)
    .addHelpText("after", EXAMPLES);
  const commands = [addCommand, listCommand, removeCommand, searchCommand, indexCommand, serveCommand, evalCommand];
  for (const command of commands) corpus.addCommand(command(console));
  return corpus;
}

function addCommand(console: Console): Command {
  const command = new Command("add")
    .summary("add documents: PDF, HTML, Markdown, text, p4 help, Slack exports, ticket CSV, past incidents")
    .description(
      "Adds files and what is below folders. What is as it was costs nothing, what changed replaces its passages.\n" +
        "Past incidents (p4rca analyze --json, with annotations or without) are kept without names.",
    )
    .argument("<path...>", "files or folders")
    .addOption(
      new Option("--trust <level>", "how far the source is believed (default: site where it is named)").choices([
        "site",
        "untrusted",
      ]),
    )
    .option("--source <address>", "where the documents are published (default: as they say, else their path)")
    .option("--product-version <version>", "version of Helix Core they speak of (default: as they say)")
    .addHelpText(
      "after",
      "\nExamples:\n  p4rca corpus add admin-guide.pdf --product-version 2024.1\n  p4rca corpus add export/slack tickets.csv --site acme",
    )
    .action(async (paths: string[], flags: AddFlags) => {
      applyCommon(console, flags);
      const { addKnowledge } = await import("../../pipeline/curate-knowledge.js");
      const place = await placeOf(flags);
      const intake: Intake = {
        site: place.site,
        trust: flags.trust ?? null,
        source: flags.source ?? null,
        version: flags.productVersion ?? null,
      };
      const { progress, checkpoint } = console;
      const added = await addKnowledge(paths, { file: place.path, intake, progress, checkpoint });
      for (const warning of added.warnings) console.note(`p4rca: ${warning}`);
      const { files, warnings, ...counts } = added;
      const text = `${Object.entries(counts)
        .map(([what, count]) => `${count} ${what}`)
        .join(", ")}; ${place.path}\n`;
      deliver(console, flags.json ? asJson({ ...counts, knowledge: place.path, files, warnings }) : text, flags.output);
      const nothing = counts.added + counts.changed + counts.unchanged === 0;
      if (nothing && warnings.length > 0) console.exitCode = EXIT.evidence;
    });
  return withKnowledgeOptions(command);
}

function listCommand(console: Console): Command {
  const command = new Command("list")
    .summary("documents in the knowledge base")
    .option("--all-sites", "those of every site")
    .addHelpText("after", "\nExamples:\n  p4rca corpus list\n  p4rca corpus list --all-sites --json")
    .action(async (flags: CorpusFlags & { readonly allSites?: boolean }) => {
      applyCommon(console, flags);
      const { listKnowledge } = await import("../../pipeline/curate-knowledge.js");
      const place = await placeOf(flags);
      const documents = await listKnowledge(place.path, flags.allSites ? null : place.site);
      const columns = ["key", "title", "kind", "trust", "site", "version", "passages"];
      deliver(console, flags.json ? asJson(documents) : console.table(documents, columns), flags.output);
    });
  return withKnowledgeOptions(command);
}

function removeCommand(console: Console): Command {
  const command = new Command("remove")
    .summary("remove documents by the key that list shows")
    .argument("<key...>", "keys of documents")
    .addHelpText("after", "\nExamples:\n  p4rca corpus remove /srv/kb/old-article.html")
    .action(async (keys: string[], flags: CorpusFlags) => {
      applyCommon(console, flags);
      const { removeKnowledge } = await import("../../pipeline/curate-knowledge.js");
      const place = await placeOf(flags);
      const unknown = await removeKnowledge(place.path, place.site, keys);
      const removed = keys.filter((key) => !unknown.includes(key));
      deliver(console, flags.json ? asJson({ removed, unknown }) : `${removed.length} removed\n`, flags.output);
      if (unknown.length > 0) {
        const where = place.site === "" ? "" : ` of site ${place.site}`;
        throw new OperatorError(
          "no-such-document",
          `no document${where}: ${unknown.join(", ")}`,
          EXIT.usage,
          "p4rca corpus list shows the keys.",
        );
      }
    });
  return withKnowledgeOptions(command);
}

function searchCommand(console: Console): Command {
  const command = new Command("search")
    .summary("what the books say to a question")
    .argument("<question...>", "words, a symptom, an error text, names")
    .option("-k, --limit <n>", "most passages (default: 5)", wholeNumber)
    .addHelpText(
      "after",
      '\nExamples:\n  p4rca corpus search "why is everybody waiting for db.have?"\n  p4rca corpus search "too many rows scanned" --limit 3 --json',
    )
    .action(async (words: string[], flags: CorpusFlags & { readonly limit?: number }) => {
      applyCommon(console, flags);
      const { searchKnowledge } = await import("../../pipeline/search-knowledge.js");
      const question = words.join(" ");
      const answer = await searchKnowledge(await placeOf(flags), question, flags.limit ?? 5);
      for (const note of answer.notes) console.note(`p4rca: ${note}`);
      const text = flags.json
        ? asJson({ question, ...answer })
        : answerText(answer, console.textOptions(flags.output).width);
      deliver(console, text, flags.output);
    });
  return withKnowledgeOptions(command);
}

function indexCommand(console: Console): Command {
  const command = new Command("index")
    .summary("bring the shipped articles and the vectors up to date")
    .description(
      "Brings the shipped articles to those of this version and, with --embedding, makes the vectors that are missing.\n" +
        "With --move-to vectors are copied between the knowledge base and a chroma server instead of made again.",
    )
    .addOption(new Option("--move-to <store>", "copy the vectors there").choices(["chroma", "embedded"]))
    .addHelpText(
      "after",
      "\nExamples:\n  p4rca corpus index\n  p4rca corpus index --embedding ~/.cache/p4rca/models/all-MiniLM-L6-v2\n  p4rca corpus index --embedding FOLDER --chroma http://127.0.0.1:8000 --move-to chroma",
    )
    .action(async (flags: CorpusFlags & { readonly moveTo?: "chroma" | "embedded" }) => {
      applyCommon(console, flags);
      const { bringUpToDate, moveVectorsTo } = await import("../../pipeline/index-knowledge.js");
      const place = await placeOf(flags);
      if (place.chroma !== undefined && !isLoopback(place.chroma))
        console.note(`p4rca: passages' vectors and ids go to ${place.chroma}, which is not this machine`);
      if (flags.moveTo !== undefined) {
        const moved = await moveVectorsTo(place, flags.moveTo);
        return deliver(console, flags.json ? asJson({ moved }) : `${moved} vectors moved\n`, flags.output);
      }
      const { progress, checkpoint } = console;
      const { vectors } = await bringUpToDate(place, { progress, checkpoint });
      const words =
        vectors === null
          ? "articles are up to date; no model, no vectors"
          : `${vectors.embedded} passages embedded, ${vectors.kept} kept, of ${vectors.removed} documents removed (${vectors.store}, ${vectors.model})`;
      deliver(console, flags.json ? asJson({ knowledge: place.path, vectors }) : `${words}\n`, flags.output);
    });
  return withKnowledgeOptions(command);
}

function serveCommand(console: Console): Command {
  const command = new Command("serve")
    .summary("run a chroma server on this machine, until Ctrl-C")
    .description("Starts the chroma server that npm ships, on loopback alone; other commands use it with --chroma URL.")
    .option("--data <folder>", "where it keeps its data (default: p4rca/chroma in the cache folder)")
    .option("--port <n>", "its port (default: one that is free)", wholeNumber)
    .addHelpText(
      "after",
      "\nExamples:\n  p4rca corpus serve\n  p4rca corpus serve --port 8000 --data /srv/p4rca/chroma",
    )
    .action(async (flags: CommonFlags & { readonly data?: string; readonly port?: number }) => {
      applyCommon(console, flags);
      const { serveUntilEnded } = await import("../../pipeline/index-knowledge.js");
      const { cacheFolder } = await import("../knowledge-place.js");
      const ready = (url: string) =>
        deliver(console, flags.json ? asJson({ url }) : `${url}\nCtrl-C ends it.\n`, flags.output);
      const { checkpoint } = console;
      await serveUntilEnded(flags.data ?? cacheFolder("chroma"), flags.port ?? null, { ready, checkpoint });
    });
  return withCommonOptions(command);
}

function isLoopback(url: string): boolean {
  return URL.canParse(url) && /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(new URL(url).hostname); // 127.0.0.1
}

function evalCommand(console: Console): Command {
  const command = new Command("eval")
    .summary("how well search finds the pages of graded questions")
    .description(
      "Asks every question in a folder and prints Recall@5, nDCG@10, MRR and refusals by kind, for search by words, by\n" +
        "vectors and by both, as far as they can be had here.",
    )
    .argument("<folder>", "folder of .tsv files; see eval/knowledge/README.md")
    .addOption(
      new Option("--part <part>", "the half on which weights were chosen, the held-out one, or all")
        .choices(["all", "chosen", "held-out"])
        .default("all"),
    )
    .option("--min-recall <part>", "exit 11 where recall@5 of the answerable questions is lower", Number)
    .option("--missed", "list the questions that were missed")
    .addHelpText(
      "after",
      "\nExamples:\n  p4rca corpus eval eval/knowledge --missed\n  p4rca corpus eval eval/knowledge --embedding FOLDER --part held-out --min-recall 0.9",
    )
    .action(async (folder: string, flags: EvalFlags) => {
      applyCommon(console, flags);
      const { scoreKnowledge } = await import("../../pipeline/evaluate-knowledge.js");
      const card = await scoreKnowledge(await placeOf(flags), folder, flags.part);
      const [first] = card.rows;
      const table = first === undefined ? "" : console.table(card.rows, Object.keys(first));
      const missed = Object.entries(card.missed).map(([arm, ids]) => `missed by ${arm}: ${ids.join(" ") || "none"}\n`);
      deliver(console, flags.json ? asJson(card) : table + (flags.missed ? missed.join("") : ""), flags.output);
      const least = Math.min(
        ...card.rows.filter(({ kind }) => kind === "answerable").map((row) => row["recall@5"] ?? 0),
      );
      if (flags.minRecall !== undefined && !(least >= flags.minRecall)) console.exitCode = EXIT.evalRegression;
    });
  return withKnowledgeOptions(command);
}

async function placeOf(flags: CorpusFlags): Promise<KnowledgePlace & { readonly path: string }> {
  const { loadSettings } = await import("../../pipeline/load-settings.js");
  const { knowledgePlace } = await import("../knowledge-place.js");
  const { knowledge: file, site, embedding, reranker, chroma } = flags;
  const knowledge = { file, site, embedding, reranker, chroma };
  return knowledgePlace(await loadSettings({ config: flags.config, tz: flags.tz, knowledge }, process.env));
}

function withKnowledgeOptions(command: Command): Command {
  command
    .option("--knowledge <file>", "the knowledge base (default: p4rca/knowledge.sqlite in the cache folder)")
    .option("--site <label>", "site whose documents these are, beside those that all may see")
    .option("--embedding <folder>", "local embedding model: search by meaning as well (p4rca models list)")
    .option("--reranker <folder>", "local cross-encoder that puts the best passages in order again")
    .option("--chroma <url>", "chroma server that keeps the vectors (default: the knowledge base itself)");
  return withCommonOptions(command);
}
