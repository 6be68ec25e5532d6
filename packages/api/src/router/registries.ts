import { procedure, router } from '../procedure.ts';
import { registryInput, registryLoginInput } from '../schemas/registry.ts';

export const registriesRouter = router({
  list: procedure('image.read').query(({ ctx }) => ctx.services.registries.list()),
  login: procedure('registry.manage')
    .input(registryLoginInput)
    .mutation(({ ctx, input }) => ctx.services.registries.login(input)),
  logout: procedure('registry.manage')
    .input(registryInput)
    .mutation(({ ctx, input }) => ctx.services.registries.logout(input.registry)),
});
