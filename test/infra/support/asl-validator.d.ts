/** The package ships no types; this is the part that the tests call. */
declare module 'asl-validator' {
  export default function validator(definition: object): {
    readonly isValid: boolean;
    readonly errors: readonly unknown[];
    errorsText(separator?: string): string;
  };
}
