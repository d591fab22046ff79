import type { DocumentFormat } from "./document.js";
import { markdown } from "./markdown.js";

export const FORMATS: readonly DocumentFormat[] = [markdown];
