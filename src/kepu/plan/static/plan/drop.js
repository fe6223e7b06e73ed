/** The box that takes a plan is the house's own box. */
export { mount } from "web/drop";
