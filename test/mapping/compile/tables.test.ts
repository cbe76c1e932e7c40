import { check, rule } from '../cases.ts';

const inFile = `tables: { departments: { file: departments.csv } }\n${rule(
  `when: { attribute: { departmentNumber: <d> } }, where: { d: departments }, give: { authorizations: { Department: [<d>] } }`,
)}`;
const csv = `code,text
4100,Finance
4200,Human Resources
4200,Payroll
"4300","Sales, EMEA"
`;

check('tables', [
  {
    says: 'in a file: a code gives its text',
    file: inFile,
    tableFiles: { 'departments.csv': csv },
    attributes: { departmentNumber: ['4100'] },
    authorizations: { Department: ['Finance'] },
  },
  {
    says: 'in a file: a code on several lines has several texts',
    file: inFile,
    tableFiles: { 'departments.csv': csv },
    attributes: { departmentNumber: ['4200', '4300'] },
    authorizations: { Department: ['Human Resources', 'Payroll', 'Sales, EMEA'] },
  },
  {
    says: 'in a file: another code is withheld',
    file: inFile,
    tableFiles: { 'departments.csv': csv },
    attributes: { departmentNumber: ['9999'] },
    withholds: ['departmentNumber=9999: not in table departments'],
  },
  {
    says: 'in a file: codes ignore case, and those that differ only in it have all texts of both',
    file: inFile,
    tableFiles: { 'departments.csv': 'text,code\nOne,a1\nTwo,A1\n' },
    attributes: { departmentNumber: ['A1'] },
    authorizations: { Department: ['One', 'Two'] },
  },
  {
    says: 'in a file: bound the name of an authorization',
    file: `tables: { t: { file: t.csv } }\n${rule(
      `when: { group: IMM_<r>_<a> }, where: { r: t, a: [Sales] }, give: { authorizations: { <r>: [<a>] } }`,
    )}`,
    tableFiles: { 't.csv': 'code,text\nDE,EMEA\nFR,EMEA\nJP,APAC\n' },
    groups: ['IMM_de_Sales', 'IMM_JP_sales', 'IMM_US_Sales'],
    authorizations: { APAC: ['Sales'], EMEA: ['Sales'] },
    withholds: ['group IMM_US_Sales: r "US" is not in table t'],
  },
  {
    says: 'a list: every text stands for itself, in its own spelling',
    file: `tables: { t: [EMEA, Apac] }\n${rule(
      `when: { group: IMM_<r> }, where: { r: t }, give: { groups: [<r>] }`,
    )}`,
    groups: ['imm_emea', 'IMM_APAC', 'IMM_LATAM'],
    gives: ['Apac', 'EMEA'],
  },
  {
    says: 'codes of YAML: one text, or several',
    file: `tables: { t: { 1: One, 2: [Two, Deux] } }\n${rule(
      `when: { attribute: { a: <x> } }, where: { x: t }, give: { groups: [<x>] }`,
    )}`,
    attributes: { a: ['1', '2'] },
    gives: ['Deux', 'One', 'Two'],
  },
  {
    says: 'two codes with one text give it once',
    file: `tables: { t: { 1: One, 2: one } }\n${rule(
      `when: { attribute: { a: <x> } }, where: { x: t }, give: { groups: [<x>] }`,
    )}`,
    attributes: { a: ['1', '2'] },
    gives: ['One'],
  },
]);
