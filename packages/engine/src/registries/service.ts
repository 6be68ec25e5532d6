import type { RegistryService } from '@boxyard/api';
import { notYet } from '../not-yet.ts';

export function registryService(): RegistryService {
  const missing = async () => notYet('registries');
  return { list: missing, login: missing, logout: missing };
}
