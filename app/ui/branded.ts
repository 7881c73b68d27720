/** Whether a page wears the tenant's colours: all but those of people who work with the program itself. */
export const isBranded = (path: string): boolean => !/^\/(admin|portal)(\/|\?|$)/.test(path)
