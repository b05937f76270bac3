import type { Offered } from '../../completion/offered.ts';
import type { Verb } from '../../context.ts';
import { exitCode } from '../../typed/exit-codes.ts';
import { UsageError } from '../../typed/usage.ts';

const shells = ['bash', 'zsh', 'fish'] as const;

const scripts: Readonly<Record<(typeof shells)[number], (offered: readonly Offered[]) => Promise<string>>> = {
  bash: async (offered) => (await import('../../completion/bash.ts')).bashCompletion(offered),
  zsh: async (offered) => (await import('../../completion/zsh.ts')).zshCompletion(offered),
  fish: async (offered) => (await import('../../completion/fish.ts')).fishCompletion(offered),
};

export const verb: Verb = {
  form: 'usage: landfall completion bash|zsh|fish',
  examples: ['landfall completion bash'],
  help: `Prints a script by which the shell completes verbs, options, their words and file names. Where npm put the command on the PATH:

  bash    source <(landfall completion bash)          in ~/.bashrc
  zsh     source <(landfall completion zsh)           in ~/.zshrc, behind compinit
  fish    landfall completion fish | source           in ~/.config/fish/config.fish

It knows what this version takes: after an upgrade a new shell asks again.`,
  completes: shells,
  options: {},
  async run({ positionals }, context) {
    const shell = shells.find((each) => each === positionals[0]);
    if (shell === undefined || positionals.length > 1)
      throw new UsageError([`say for which shell: ${shells.map((each) => `landfall completion ${each}`).join(', ')}`]);
    const { everythingOffered } = await import('../../completion/offered.ts');
    const offered = await everythingOffered(context.listed ?? {});
    context.out(await scripts[shell](offered));
    return exitCode.done;
  },
};
