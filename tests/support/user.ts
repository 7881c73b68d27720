import { userInfo } from 'node:os'

export const isRoot = (): boolean => userInfo().uid === 0
