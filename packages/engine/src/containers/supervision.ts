export interface Supervision {
  pid: number;
}
