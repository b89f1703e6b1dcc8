// SPDX-License-Identifier: Apache-2.0
import { render } from 'preact';
import 'uplot/dist/uPlot.min.css';
import { App } from './app';
import { live } from './live';
import './styles/base.css';
import './styles/shell.css';
import './styles/controls.css';
import './styles/score.css';
import './styles/pages.css';
import './styles/overview.css';
import './styles/detail.css';
import './styles/incidents.css';
import './styles/tables.css';
import './styles/scaling.css';

const root = document.getElementById('app');
if (root) {
  live.start();
  render(<App />, root);
}
