// SPDX-License-Identifier: Apache-2.0
import { render } from 'preact';
import 'uplot/dist/uPlot.min.css';
import { App } from './app';
import { live } from './live';
import './styles/base.css';
import './styles/controls.css';
import './styles/pages.css';
import './styles/tables.css';

const root = document.getElementById('app');
if (root) {
  live.start();
  render(<App />, root);
}
