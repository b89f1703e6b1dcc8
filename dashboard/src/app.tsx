// SPDX-License-Identifier: Apache-2.0
// The page of the moment within its shell, in the reader's language.

import { useEffect, useState } from 'preact/hooks';
import { Shell } from './components/Shell';
import { initialLanguage, LanguageContext, languages, rememberLanguage } from './i18n';
import { ActionsPage } from './pages/actions';
import { ClusterPage } from './pages/cluster';
import { DomainsPage } from './pages/domains';
import { IncidentsPage } from './pages/incidents';
import { InstancePage } from './pages/instance';
import { NotFoundPage } from './pages/notfound';
import { OverviewPage } from './pages/overview';
import { ScalingPage } from './pages/scaling';
import { followLinks, useRoute, type Route } from './router';

function page(route: Route) {
  switch (route.page) {
    case 'overview':
      return <OverviewPage />;
    case 'cluster':
      return <ClusterPage key={route.cluster} name={route.cluster} />;
    case 'instance':
      return (
        <InstancePage
          key={`${route.cluster}/${route.instance}`}
          cluster={route.cluster}
          id={route.instance}
        />
      );
    case 'incidents':
      return <IncidentsPage />;
    case 'domains':
      return <DomainsPage />;
    case 'actions':
      return <ActionsPage shown={route.action} />;
    case 'scaling':
      return <ScalingPage key={route.cluster ?? ''} opened={route.cluster} />;
    case 'unknown':
      return <NotFoundPage />;
  }
}

export function App() {
  const route = useRoute();
  const [language, setLanguage] = useState(initialLanguage);
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  useEffect(() => {
    document.addEventListener('click', followLinks);
    return () => document.removeEventListener('click', followLinks);
  }, []);
  const onLanguage = (chosen: typeof language) => {
    rememberLanguage(chosen);
    setLanguage(chosen);
  };
  return (
    <LanguageContext.Provider value={languages[language]}>
      <Shell route={route} language={language} onLanguage={onLanguage}>
        {page(route)}
      </Shell>
    </LanguageContext.Provider>
  );
}
